import math
from itertools import count
from random import Random

import pytest

from harness.compare.estimate import Estimate, estimated
from harness.compare.sample import Sample
from harness.compare.verdict import Row, compared
from harness.measure.histogram import LogHistogram
from profiles.record import Itl, Outcome, Record, Tokens

SECONDS = 120


def run_of(seed: int, *, slower: float = 1.0, per_s: int = 10, seconds: int = SECONDS, failing: float = 0.0) -> Sample:
    """A run whose latency wanders: what is slow now is slow for some seconds (AR(1), 0.7 a second)."""
    chance = Random(seed)
    wander, number, sample = 0.0, count(), Sample()
    for second in range(seconds):
        wander = 0.7 * wander + chance.gauss(0, 0.05)
        for _ in range(per_s):
            at = 1e9 + second + chance.random()
            first_ms = 200 * slower * math.exp(wander) * chance.lognormvariate(0, 0.25)
            gap_ms = 10 * chance.lognormvariate(0, 0.1)
            sample.add(
                record(next(number), at, first_ms, gap_ms, "truncated" if chance.random() < failing else "complete")
            )
    return sample


def record(number: int, at: float, first_ms: float, gap_ms: float, outcome: Outcome) -> Record:
    return Record(
        id=f"{number}.1",
        attempt=1,
        class_="even" if number % 2 == 0 else "odd",
        model="m",
        stream=True,
        outcome=outcome,
        intended_at=at,
        sent_at=at,
        first_token_ms=first_ms,
        last_token_ms=first_ms + 19 * gap_ms,
        done_ms=first_ms + 19 * gap_ms,
        tokens=Tokens(prompt=100, completion=20),
        itl=Itl(19, 19 * gap_ms, LogHistogram.of([gap_ms] * 19).buckets),
        cost_usd=0.001,
    )


def rows_of(first: Sample, second: Sample) -> dict[tuple[str, str], Row]:
    """Fewer resamples than usual: the errors are known to 7 %."""
    figures = estimated(first, 1, resamples=100), estimated(second, 2, resamples=100)
    return {(row.section, row.metric): row for row in compared(*figures)}


def test_runs_alike_are_seldom_told_apart_even_where_latency_wanders() -> None:
    """Ten pairs with fixed seeds: at most one table of ten may call anything a difference."""
    tables = [rows_of(run_of(seed), run_of(seed + 100)) for seed in range(10)]
    wrong = [table for table in tables if any(row.verdict in ("worse", "better") for row in table.values())]
    assert len(wrong) <= 1
    rows = [row for table in tables for row in table.values()]
    ends = [(row.low, row.high) for row in rows if row.low is not None and row.high is not None]
    assert sum(not low <= 0 <= high for low, high in ends) <= 0.08 * len(ends)


def test_the_interval_holds_the_true_change() -> None:
    held = 0
    for seed in range(10):
        row = rows_of(run_of(seed), run_of(seed + 100, slower=1.2))["all", "ttft.p50"]
        assert row.low is not None
        assert row.high is not None
        held += row.low <= 0.2 <= row.high
    assert held >= 9


def test_what_is_slower_is_worse_and_the_other_way_round_better() -> None:
    base, slow = run_of(1), run_of(2, slower=1.5)
    there, back = rows_of(base, slow), rows_of(slow, base)
    for section in ("all", "class=even", "class=odd", "prompt=64-127", "output=16-31"):
        assert there[section, "ttft.p50"].verdict == "worse"
        assert back[section, "ttft.p50"].verdict == "better"
    for metric in ("itl.p50", "throughput", "complete", "cost", "amplification"):
        assert there["all", metric].verdict == "noise"
    assert ("prompt=64-127", "complete") not in there


def test_more_failures_are_a_worse_share_in_points_and_less_throughput() -> None:
    rows = rows_of(run_of(1), run_of(2, failing=0.3))
    share = rows["all", "complete"]
    assert (share.verdict, rows["all", "throughput"].verdict) == ("worse", "worse")
    assert share.change == pytest.approx(-0.3, abs=0.04)


def test_a_run_of_few_seconds_or_few_values_is_too_little() -> None:
    short = rows_of(run_of(1), run_of(2, slower=3.0, seconds=4, per_s=100))
    assert {row.verdict for row in short.values()} == {"too few"}
    few = rows_of(run_of(1), run_of(2, slower=3.0, per_s=1))
    assert (few["all", "ttft.p50"].verdict, few["all", "ttft.p99"].verdict) == ("worse", "too few")


def test_less_than_a_bucket_apart_is_noise_however_sure() -> None:
    base = {"all": {"ttft.p50": Estimate(200.0, 10_000, 0.0, 40)}}
    near = {"all": {"ttft.p50": Estimate(203.9, 10_000, 0.0, 40)}}
    far = {"all": {"ttft.p50": Estimate(210.0, 10_000, 0.0, 40)}}
    (close,), (apart,) = compared(base, near), compared(base, far)
    assert (close.verdict, apart.verdict) == ("noise", "worse")
    assert close.low is not None
    assert close.low <= 0


def figures(*values: float) -> dict[str, dict[str, Estimate]]:
    return {f"class={n}": {"throughput": Estimate(value, 100, 0.01, 400)} for n, value in enumerate(values)}


def test_the_more_rows_the_surer_each_has_to_be() -> None:
    """2.5 standard errors make one row a difference, but not one of twenty (Holm)."""
    change = math.exp(2.5 * math.hypot(0.01, 0.01))
    (alone,) = compared(figures(1.0), figures(change))
    among = compared(figures(*[1.0] * 20), figures(*[change], *[1.0] * 19))
    assert (alone.verdict, among[0].verdict) == ("better", "noise")
    assert alone.p == among[0].p
    assert among[0].p_holm == pytest.approx(20 * (among[0].p or 0))


def test_the_whole_run_is_judged_apart_from_its_parts() -> None:
    change = math.exp(2.5 * math.hypot(0.01, 0.01))
    whole = {"all": {"throughput": Estimate(1.0, 100, 0.01, 400)}}
    faster = {"all": {"throughput": Estimate(change, 100, 0.01, 400)}}
    rows = compared(whole | figures(*[1.0] * 20), faster | figures(*[1.0] * 20))
    assert [row.verdict for row in rows] == ["better", *["noise"] * 20]


def test_what_only_one_run_has_is_no_row() -> None:
    both = compared(figures(1.0, 1.0), figures(1.0))
    assert [row.section for row in both] == ["class=0"]
