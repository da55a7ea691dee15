"""The arithmetic of rows: medians, ratios, and the rule by which a goal is met, missed or unjudged."""

from typing import Any

import pytest

from tests.bench.noise import OTHERS_MOST, STOLEN_MOST, Counters, Noise, noise_between
from tests.bench.result import Repetition, Result
from tests.bench.row import Benchmark, Row, Sample
from tests.bench.running import measured, run

QUIET, NOISY = Noise(0.0, 0.0), Noise(STOLEN_MOST * 2, 0.0)


def result(*figures: float, noise: Noise = QUIET, reference: float | None = None, **row: Any) -> Result:
    repetitions = [Repetition(Sample(figure, reference), noise) for figure in figures]
    return Result(Row(name="row", unit="us", **row), repetitions)


@pytest.mark.parametrize(
    ("figures", "noise", "better", "verdict", "why"),
    [
        ((9.0, 10.0, 11.0), QUIET, "less", "met", None),
        ((10.1, 10.2, 9.0), QUIET, "less", "missed", None),
        ((9.0, 10.0, 99.0), NOISY, "less", "met", None),
        ((11.0, 12.0, 13.0), NOISY, "less", "unjudged", "noise"),
        ((9.0, 10.0, 11.0), QUIET, "more", "met", None),
        ((9.0, 9.9, 11.0), QUIET, "more", "missed", None),
        ((9.0, 9.9, 11.0), NOISY, "more", "unjudged", "noise"),
    ],
)
def test_the_median_decides_and_noise_excuses_only_what_is_missed(
    figures: tuple[float, ...], noise: Noise, better: str, verdict: str, why: str | None
) -> None:
    judged = result(*figures, noise=noise, goal=10.0, better=better)
    assert (judged.verdict, judged.why) == (verdict, why)


def test_a_row_without_a_goal_has_no_verdict() -> None:
    assert (result(5.0).verdict, result(5.0).why) == (None, None)


@pytest.mark.parametrize(("figure", "because"), [(30.0, "its reference misses it too"), (5.0, None)])
def test_a_goal_that_the_reference_misses_too_is_told_so(figure: float, because: str | None) -> None:
    missed = result(40.0, reference=figure, goal=10.0)
    assert (missed.verdict, missed.why) == ("missed", because)


def test_a_small_load_judges_nothing() -> None:
    small = Result(Row(name="row", unit="us", goal=10.0), [Repetition(Sample(1.0), QUIET)], quick=True)
    assert (small.verdict, small.why) == ("unjudged", "small load")


def test_repetitions_with_noise_are_set_aside_where_there_are_quiet_ones() -> None:
    mixed = Result(
        Row(name="row", unit="us", goal=10.0),
        [
            Repetition(Sample(99.0, 1.0), NOISY),
            Repetition(Sample(8.0, 4.0), QUIET),
            Repetition(Sample(6.0, 2.0), QUIET),
        ],
    )
    assert (mixed.figure, mixed.least, mixed.most, mixed.reference, mixed.ratio) == (7.0, 6.0, 8.0, 3.0, 2.5)
    assert (mixed.noise, mixed.verdict) == (QUIET, "met")


def test_the_ratio_is_taken_within_a_repetition() -> None:
    repetitions = [Repetition(Sample(*pair), QUIET) for pair in ((2.0, 1.0), (30.0, 10.0), (400.0, 100.0))]
    assert Result(Row(name="row", unit="us"), repetitions).ratio == 3.0


def test_a_row_without_a_reference_has_no_ratio() -> None:
    assert (result(1.0).reference, result(1.0).ratio) == (None, None)


@pytest.mark.parametrize(
    ("noise", "quiet"),
    [
        (Noise(STOLEN_MOST, OTHERS_MOST), True),
        (Noise(STOLEN_MOST + 0.001, 0.0), False),
        (Noise(0.0, OTHERS_MOST + 0.001), False),
    ],
)
def test_quiet_is_a_bound_on_both_kinds_of_noise(noise: Noise, quiet: bool) -> None:
    assert noise.quiet is quiet


def test_noise_is_what_neither_the_bench_used_nor_was_idle() -> None:
    before = Counters(at_s=100.0, busy_s=50.0, stolen_s=5.0, own_s=10.0)
    after = Counters(at_s=110.0, busy_s=62.0, stolen_s=5.5, own_s=18.0)
    assert noise_between(before, after, cores=2) == Noise(stolen=0.025, others=0.2)


def test_the_bench_is_not_noise_to_itself() -> None:
    before = Counters(at_s=0.0, busy_s=0.0, stolen_s=0.0, own_s=0.0)
    assert noise_between(before, Counters(1.0, busy_s=0.99, stolen_s=0.0, own_s=1.0), cores=1).others == 0.0


def benchmark(*samples: Sample, calls: list[bool] | None = None, repeats: int = 3) -> Benchmark:
    rows = (Row(name="first", unit="us"), Row(name="second", unit="us"))

    def measure(quick: bool) -> tuple[Sample, ...]:
        if calls is not None:
            calls.append(quick)
        return samples

    return Benchmark(name="two", method="by hand", rows=rows, measure=measure, repeats=repeats)


@pytest.mark.parametrize(
    ("options", "calls"),
    [({}, [False] * 4), ({"repeats": 2}, [False] * 2), ({"quick": True, "repeats": 2}, [True])],
)
def test_a_benchmark_is_repeated_as_often_as_it_wants_unless_told_otherwise(
    options: dict[str, Any], calls: list[bool]
) -> None:
    seen: list[bool] = []
    run(benchmark(Sample(1.0), Sample(2.0), calls=seen, repeats=4), **options)
    assert seen == calls


def test_each_row_gets_its_own_samples() -> None:
    first, second = measured(benchmark(), [((Sample(1.0), Sample(2.0)), QUIET)] * 2, quick=False).results
    assert (first.row.name, first.figure, second.row.name, second.figure) == ("first", 1.0, "second", 2.0)


def test_a_benchmark_that_forgets_a_row_is_found_out() -> None:
    with pytest.raises(ValueError, match="shorter"):
        run(benchmark(Sample(1.0)))
