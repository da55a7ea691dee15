import math

import pytest

from harness.measure.distribution import NEEDED, Distribution, Spread


def spread(values: list[float]) -> Spread:
    counted = Spread()
    for value in values:
        counted.add(value)
    return counted


@pytest.mark.parametrize(("q", "name"), [(0.5, "p50"), (0.9, "p90"), (0.95, "p95"), (0.99, "p99")])
def test_a_percentile_is_there_from_the_sample_size_on_that_carries_it(q: float, name: str) -> None:
    enough = NEEDED[q]
    assert getattr(spread([10.0] * (enough - 1)).distribution(), name) is None
    assert getattr(spread([10.0] * enough).distribution(), name) == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize("q", NEEDED)
def test_the_needed_sizes_bound_the_percentile_with_95_percent_confidence(q: float) -> None:
    assert q ** NEEDED[q] <= 0.05
    assert q ** (NEEDED[q] - 2) > 0.05


def test_nothing_counted_is_nothing_known() -> None:
    assert Spread().distribution() == Distribution(0)


def test_mean_and_maximum_are_exact_from_the_first_value_on() -> None:
    assert spread([1.5, 2.0, 4.1]).distribution() == Distribution(3, mean=2.533, max=4.1)


@pytest.mark.parametrize("value", [9.9, 10.0, 10.1, 10.2])
def test_no_percentile_exceeds_the_maximum(value: float) -> None:
    p99 = spread([value] * 300).distribution().p99
    assert p99 is not None
    assert p99 <= value


def test_infinite_values_have_their_place_in_the_order() -> None:
    """90 of 100 are finite: the 90th is the last that can be told, and neither mean nor maximum can."""
    some = spread([10.0] * 90 + [math.inf] * 10).distribution()
    assert (some.n, some.mean, some.max, some.p95) == (100, None, None, None)
    assert some.p90 == pytest.approx(10, rel=0.01)
    assert spread([10.0] * 89 + [math.inf] * 11).distribution().p90 is None


def test_what_a_clock_makes_negative_is_zero() -> None:
    assert spread([-0.2]).distribution() == Distribution(1, mean=0.0, max=0.0)


def test_merging_is_adding_all() -> None:
    one, other = spread([1.0, 2.0, math.inf]), spread([0.1] * 30)
    one.merge(other)
    assert one.distribution() == spread([0.1] * 30 + [math.inf, 2.0, 1.0]).distribution()


def test_a_histogram_is_added_with_the_sum_that_is_known_of_it() -> None:
    counted = Spread()
    counted.add_buckets({}, 0.0)
    counted.add_buckets({400: 4}, 12.0)
    assert (counted.distribution().n, counted.distribution().mean) == (4, 3.0)
