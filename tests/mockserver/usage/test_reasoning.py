import math
import statistics

import pytest

from mockserver.chance import Draws
from mockserver.usage import prediction_usage, reasoning_tokens


def _drawn(effort: str | None) -> list[int]:
    return [reasoning_tokens(effort, Draws(seed, b"", None, "reasoning")) for seed in range(400)]


def test_reasoning_comes_in_steps_of_64() -> None:
    assert {tokens % 64 for tokens in _drawn("high")} == {0}
    assert len(set(_drawn("high"))) > 10


def test_more_effort_takes_more_tokens() -> None:
    medians = [statistics.median(_drawn(effort)) for effort in ("low", "medium", "high", "xhigh", "max")]
    assert medians == sorted(set(medians))
    assert _drawn(None) == _drawn("medium")


@pytest.mark.parametrize(("effort", "median"), [("low", 0.35 * 1340), ("medium", 1340), ("high", 2.5 * 1340)])
def test_reasoning_has_the_median_and_the_spread_that_are_stated(effort: str, median: float) -> None:
    drawn = _drawn(effort)
    assert statistics.median(drawn) == pytest.approx(median, rel=0.15)
    quarters = statistics.quantiles(drawn, n=4)
    assert quarters[2] / quarters[0] == pytest.approx(math.exp(2 * 0.6745 * 0.9), rel=0.2)


@pytest.mark.parametrize("effort", ["none", "minimal"])
def test_no_effort_takes_none(effort: str) -> None:
    assert set(_drawn(effort)) == {0}


@pytest.mark.parametrize(
    ("predicted", "said", "usage"),
    [
        ("one two three", "one two three", (3, 0)),
        ("one two three", "one five three", (2, 1)),
        ("one two three", "four", (0, 3)),
        ("one two three", "", (0, 3)),
        ("", "one", (0, 0)),
        ("one two", "one two three", (2, 0)),
    ],
)
def test_a_prediction_is_accepted_where_it_begins_and_ends_like_the_answer(
    predicted: str, said: str, usage: tuple[int, int]
) -> None:
    assert prediction_usage(predicted, said, "o200k_base") == usage
