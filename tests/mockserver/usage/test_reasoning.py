import math
import statistics

import pytest

from mockserver.chance import Draws
from mockserver.usage import prediction_usage, reasoning_tokens
from profiles.catalogue import load_catalogue


def _drawn(effort: str | None, step: int = 1) -> list[int]:
    return [reasoning_tokens(effort, Draws(seed, b"", None, "reasoning"), step) for seed in range(400)]


def test_reasoning_comes_in_the_steps_of_its_model() -> None:
    assert {tokens % 64 for tokens in _drawn("high", 64)} == {0}
    assert len({tokens % 64 for tokens in _drawn("high", 1)}) > 10
    assert all(abs(one - many) <= 32 for one, many in zip(_drawn("high", 1), _drawn("high", 64), strict=True))


@pytest.mark.parametrize(("model", "step"), [("o3", 64), ("gpt-5-mini", 64), ("gpt-5.2", 1), ("gpt-5.5", 1)])
def test_snapshots_until_august_2025_count_in_steps_of_64(model: str, step: int) -> None:
    facts = load_catalogue().resolve(model)
    assert facts is not None
    assert facts.reasoning_step_tokens == step


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
