import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.measure.histogram import ACCURACY, SMALLEST, LogHistogram, nearest_rank

VALUES = st.lists(st.floats(0, 1e7, allow_nan=False), min_size=1, max_size=60)


def of(values: list[float]) -> LogHistogram:
    histogram = LogHistogram()
    for value in values:
        histogram.add(value)
    return histogram


@given(VALUES, st.floats(0, 1))
def test_a_quantile_is_within_one_percent_of_the_value_at_its_rank(values: list[float], q: float) -> None:
    exact = sorted(values)[nearest_rank(q, len(values)) - 1]
    assert of(values).quantile(q) == pytest.approx(exact, rel=ACCURACY * 1.000001, abs=SMALLEST)


@given(VALUES, VALUES)
def test_merging_is_adding_all(one: list[float], other: list[float]) -> None:
    merged = of(one)
    merged.merge(of(other).buckets)
    assert (merged.buckets, merged.n) == (of(one + other).buckets, len(one) + len(other))


@given(VALUES, st.randoms())
def test_the_order_of_values_does_not_matter(values: list[float], random: Random) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)
    assert of(shuffled).buckets == of(values).buckets


@given(VALUES)
def test_a_histogram_can_be_made_again_from_its_buckets(values: list[float]) -> None:
    histogram = of(values)
    again = LogHistogram(histogram.buckets)
    assert (again.n, again.quantile(0.9)) == (histogram.n, histogram.quantile(0.9))


@given(VALUES)
def test_values_can_be_counted_all_at_once(values: list[float]) -> None:
    at_once = LogHistogram.of(values)
    assert (at_once.buckets, at_once.n) == (of(values).buckets, len(values))


def test_a_value_can_be_counted_many_times_at_once() -> None:
    histogram = LogHistogram()
    histogram.add(20.0, 7)
    assert histogram.buckets == of([20.0] * 7).buckets


def test_what_is_too_small_to_tell_from_nothing_is_zero() -> None:
    assert of([0.0, SMALLEST]).buckets == {0: 2}
    assert of([0.0, SMALLEST]).quantile(1) == 0.0
    assert of([SMALLEST * 1.0001, math.nextafter(SMALLEST, 1)]).buckets == {1: 2}


@pytest.mark.parametrize("value", [-1e-9, math.inf, math.nan])
def test_what_is_no_duration_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="has no bucket"):
        LogHistogram().add(value)
    with pytest.raises(ValueError, match="has no bucket"):
        LogHistogram.of([1.0, value])


@pytest.mark.parametrize(
    ("q", "n", "rank"),
    [(0, 10, 1), (0.5, 10, 5), (0.5, 11, 6), (0.95, 100, 95), (0.99, 300, 297), (0.9, 10, 9), (1, 3, 3)],
)
def test_the_rank_is_the_smallest_that_holds_the_share(q: float, n: int, rank: int) -> None:
    assert nearest_rank(q, n) == rank


def test_an_empty_histogram_has_no_quantile() -> None:
    with pytest.raises(IndexError):
        LogHistogram().quantile(0.5)
