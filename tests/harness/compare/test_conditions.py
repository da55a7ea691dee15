import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.compare.conditions import METRICS, Condition, judged
from harness.compare.verdict import Row


def row(change: float | None, low: float | None, high: float | None, **fields: object) -> Row:
    values: dict[str, object] = {"section": "all", "metric": "ttft.p95", "base": 100.0, "other": 110.0}
    return Row(**{**values, "n_base": 500, "n": 500, "change": change, "low": low, "high": high, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "meant",
    [
        Condition("ttft.p95 +10%", "all", "ttft.p95", 0.1, up=True),
        Condition("streaming:itl.p99 +20% surely", "class=streaming", "itl.p99", 0.2, up=True, surely=True),
        Condition("prompt=256-511: e2e.p50 +50 %", "prompt=256-511", "e2e.p50", 0.5, up=True),
        Condition("complete -1%", "all", "complete", 0.01, up=False),
        Condition("all:throughput -0%", "all", "throughput", 0.0, up=False),
    ],
)
def test_a_condition_names_a_figure_and_a_limit(meant: Condition) -> None:
    assert Condition.of(f" {meant.text} ") == meant


@pytest.mark.parametrize(
    "text", ["", "ttft.p95", "ttft.p95 10%", "ttft.p95 +10", "ttft.p95 > 10%", "ttft.p95 +10% maybe"]
)
def test_what_is_no_condition_is_told_with_one_that_is(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape('is no condition; write "ttft.p95 +10%"')):
        Condition.of(text)


def test_a_figure_that_does_not_exist_is_told_with_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"there is no 'ttft'; there are ttft.p50, .*, amplification"):
        Condition.of("ttft +10%")


@given(st.sampled_from(METRICS), st.integers(0, 500), st.sampled_from("+-"), st.booleans())
def test_every_figure_can_be_asked_for(metric: str, percent: int, sign: str, surely: bool) -> None:
    condition = Condition.of(f"{metric} {sign}{percent}%{' surely' * surely}")
    assert (condition.metric, condition.up, condition.surely) == (metric, sign == "+", surely)
    assert condition.limit == pytest.approx(percent / 100)


@pytest.mark.parametrize(
    ("text", "change", "low", "high", "broken"),
    [
        ("ttft.p95 +10%", 0.15, 0.05, 0.25, True),
        ("ttft.p95 +10% surely", 0.15, 0.05, 0.25, False),
        ("ttft.p95 +10% surely", 0.15, 0.11, 0.25, True),
        ("ttft.p95 +10%", 0.15, -0.01, 0.3, False),
        ("ttft.p95 +10%", 0.08, 0.05, 0.11, False),
        ("ttft.p95 +10%", -0.5, -0.6, -0.4, False),
        ("ttft.p95 -10%", -0.5, -0.6, -0.4, True),
        ("ttft.p95 -10%", -0.15, -0.3, 0.01, False),
        ("ttft.p95 +10%", None, None, None, None),
    ],
)
def test_it_is_broken_beyond_the_limit_where_no_change_is_excluded(
    text: str, change: float | None, low: float | None, high: float | None, broken: bool | None
) -> None:
    assert Condition.of(text).broken(row(change, low, high)) is broken


def test_what_became_of_a_condition_is_one_line() -> None:
    conditions = [Condition.of("ttft.p95 +10%"), Condition.of("chat:ttft.p95 +10%"), Condition.of("complete -1%")]
    share = row(-0.004, -0.01, 0.002, metric="complete")
    assert [str(each) for each in judged(conditions, [row(0.15, 0.05, 0.25), share])] == [
        "broken: ttft.p95 +10% (it is +15.0%, +5.0 to +25.0)",
        "cannot be judged: chat:ttft.p95 +10% (not in both runs)",
        "held: complete -1% (it is -0.4 points, -1.0 to +0.2)",
    ]
    (few,) = judged(conditions[:1], [row(None, None, None)])
    assert str(few) == "cannot be judged: ttft.p95 +10% (too few values)"
