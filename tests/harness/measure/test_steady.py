import math
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.measure.series import Series
from harness.measure.steady import littles_law, rank_sum_p, steadiness
from profiles.record import Outcome, Record


def closed(users: int, lasts_s: Callable[[float], float], until_s: float = 120.0) -> Series:
    """Users who ask again as soon as they have their answer; how long one takes depends on when it was asked for."""
    series = Series()
    for user in range(users):
        at = 0.001 * user
        while at < until_s:
            series.add(attempt(at, lasts_s(at)))
            at += lasts_s(at)
    return series


def open_(per_s: float, lasts_s: Callable[[float], float], until_s: float = 120.0) -> Series:
    series = Series()
    for number in range(int(per_s * until_s)):
        series.add(attempt(number / per_s, lasts_s(number / per_s)))
    return series


def attempt(at: float, lasted_s: float, outcome: Outcome = "complete") -> Record:
    return Record(
        id="a.1",
        attempt=1,
        class_="c",
        model="m",
        stream=False,
        outcome=outcome,
        intended_at=1e9 + at,
        sent_at=1e9 + at,
        done_ms=lasted_s * 1000,
    )


def noisy(level_s: Callable[[float], float], seed: int = 1) -> Callable[[float], float]:
    return lambda at: level_s(at) * Random(f"{seed}-{at}").lognormvariate(0, 0.2)


def test_a_load_that_stays_as_it_is_is_steady() -> None:
    said: list[str] = []
    for seed in range(10):
        found = steadiness(closed(10, noisy(lambda _: 0.5, seed)))
        assert found is not None
        said += found.notes()
    assert len(said) <= 1


def test_a_server_that_slows_down_is_not() -> None:
    found = steadiness(closed(10, noisy(lambda at: 0.5 + at / 240)))
    assert found is not None
    assert not found.steady
    assert (found.throughput_change < -0.2, found.e2e_p50_change > 0.2) == (True, True)
    throughput, latency = found.notes()
    assert throughput.startswith("not steady: throughput of the last third is -")
    assert latency.startswith("not steady: total p50 of the last third is +")


def test_what_was_left_out_is_not_judged() -> None:
    series = closed(10, noisy(lambda at: 2.0 if at < 30 else 0.5))
    whole, later = steadiness(series), steadiness(series, 1e9 + 32)
    assert whole is not None
    assert later is not None
    assert (whole.steady, later.steady) == (False, True)


@pytest.mark.parametrize("series", [Series(), closed(1, lambda _: 10.0)])
def test_little_is_not_judged(series: Series) -> None:
    assert (steadiness(series), littles_law(series)) == (None, None)


def test_both_sides_of_the_law_agree_in_a_steady_load() -> None:
    little = littles_law(open_(20, noisy(lambda _: 1.5)))
    assert little is not None
    assert little.in_flight == pytest.approx(30, rel=0.03)
    assert little.ends_per_s * little.mean_s == pytest.approx(30, rel=0.03)
    assert list(little.notes()) == []


def test_an_open_load_that_piles_up_breaks_it() -> None:
    little = littles_law(open_(20, lambda at: 1.0 + at / 6))
    assert little is not None
    assert little.off > 0.1
    (note,) = little.notes()
    assert note.startswith(f"Little's law is off by {little.off:+.0%}: {little.in_flight:.1f} requests in flight")
    assert "piled up" in note


def test_failures_were_in_flight_too_but_ended_in_no_completion() -> None:
    series, failing = open_(20, lambda _: 1.0), Series()
    for number in range(2400):
        failing.add(attempt(number / 20, 1.0, "stalled" if number % 2 else "complete"))
    assert littles_law(failing) == littles_law(series)
    assert sum(failing.complete) == sum(series.complete) / 2


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 0.012185780355344813),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 1.0),
        ([3, 3, 3], [3, 3, 3], 1.0),
    ],
)
def test_the_rank_sum_test_gives_what_is_known(first: list[float], second: list[float], p: float) -> None:
    """The first is what scipy 1.11 says (mannwhitneyu, asymptotic)."""
    assert rank_sum_p(first, second) == pytest.approx(p, rel=1e-6)


@given(st.lists(st.integers(0, 9), min_size=3, max_size=12), st.lists(st.integers(0, 9), min_size=3, max_size=12))
def test_the_test_knows_no_sides(first: list[float], second: list[float]) -> None:
    p = rank_sum_p(first, second)
    assert 0 <= p <= 1
    assert p == pytest.approx(rank_sum_p(second, first))
    assert p == pytest.approx(rank_sum_p([-a for a in first], [-b for b in second]))
    assert not math.isnan(p)
