import math
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.measure.distribution import Spread
from harness.measure.histogram import LogHistogram
from harness.measure.intervals import ranks, share

TAIL = Fraction(25, 1000)


def below(k: int, q: Fraction, n: int) -> Fraction:
    """P(Bin(n, q) < k), in whole numbers."""
    return sum((math.comb(n, i) * q**i * (1 - q) ** (n - i) for i in range(k)), Fraction(0))


@given(n=st.integers(1, 220), percent=st.sampled_from([50, 90, 95, 99]))
@settings(deadline=None, max_examples=60)
def test_the_ranks_are_the_closest_whose_tails_are_small_enough(n: int, percent: int) -> None:
    q = Fraction(percent, 100)
    low, high = ranks(percent / 100, n)
    if low is not None:
        assert below(low, q, n) <= TAIL
    assert below((low or 0) + 1, q, n) > TAIL
    if high is not None:
        assert 1 - below(high, q, n) <= TAIL
        assert 1 - below(high - 1, q, n) > TAIL
    else:
        assert 1 - below(n, q, n) > TAIL


@pytest.mark.parametrize(("q", "first"), [(0.5, 6), (0.9, 36), (0.95, 72), (0.99, 368)])
def test_there_is_an_upper_end_from_the_size_on_that_carries_it(q: float, first: int) -> None:
    assert ranks(q, first - 1)[1] is None
    assert ranks(q, first)[1] == first
    assert q**first <= 0.025 < q ** (first - 1)


@pytest.mark.parametrize("n", [10**5, 10**6, 10**7])
@pytest.mark.parametrize("q", [0.5, 0.95, 0.99])
def test_of_many_values_they_are_where_the_normal_approximation_puts_them(q: float, n: int) -> None:
    low, high = ranks(q, n)
    half = 1.959964 * math.sqrt(n * q * (1 - q))
    assert low == pytest.approx(n * q - half, abs=2)
    assert high == pytest.approx(n * q + half + 1, abs=2)


@pytest.mark.parametrize("q", [0.5, 0.9, 0.95, 0.99])
def test_nineteen_of_twenty_samples_have_the_true_percentile_in_their_interval(q: float) -> None:
    """Log-normal latencies, whose percentiles are known; the seed is fixed."""
    chance = Random(11)
    truth = math.exp(5 + 0.4 * {0.5: 0.0, 0.9: 1.2815516, 0.95: 1.6448536, 0.99: 2.3263479}[q])
    held = 0
    for _ in range(400):
        spread = Spread()
        for _ in range(400):
            spread.add(chance.lognormvariate(5, 0.4))
        low, high = spread.distribution().ci[f"p{round(100 * q)}"]
        assert low is not None
        assert high is not None
        held += low <= truth <= high
    assert held >= 0.93 * 400


def streams(chance: Random, count: int, each: int) -> Spread:
    """Streams whose gaps are alike within each and differ between them."""
    spread = Spread()
    for _ in range(count):
        pace_ms = chance.lognormvariate(3, 0.3)
        gaps = [pace_ms * chance.uniform(0.99, 1.01) for _ in range(each)]
        spread.add_buckets(LogHistogram.of(gaps).buckets, sum(gaps))
    return spread


def test_gaps_of_one_stream_count_as_one_witness() -> None:
    chance, held, narrow = Random(5), 0, 0
    for _ in range(200):
        low, high = streams(chance, 40, 20).distribution().ci["p50"]
        assert low is not None
        assert high is not None
        held += low <= math.exp(3) <= high
        narrow += high / low < 1.05
    assert held >= 0.93 * 200
    assert not narrow


def test_merging_keeps_the_witnesses_apart() -> None:
    one, other, both = streams(Random(1), 30, 7), streams(Random(2), 40, 9), streams(Random(1), 30, 7)
    both.merge(other)
    assert both.distribution().ci != one.distribution().ci
    merged = streams(Random(2), 40, 9)
    merged.merge(one)
    assert merged.distribution() == both.distribution()


def test_an_end_that_falls_on_a_failure_is_not_told() -> None:
    spread = Spread()
    for value_ms in [*range(1, 91), *[math.inf] * 10]:
        spread.add(value_ms)
    low, high = spread.distribution().ci["p90"]
    assert low == pytest.approx(83, rel=0.03)
    assert high is None


def test_an_interval_holds_its_percentile_and_ends_at_the_maximum() -> None:
    spread = Spread()
    for _ in range(500):
        spread.add(200.0)
    told = spread.distribution()
    for name, (low, high) in told.ci.items():
        assert low is not None
        assert low <= getattr(told, name) <= 200.0 == high


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(0, 100, 0, 0.0370), (995, 1000, 0.9883, 0.9979), (5, 10, 0.2366, 0.7634), (7, 7, 0.6457, 1)],
)
def test_shares_have_wilsons_interval(count: int, n: int, low: float, high: float) -> None:
    assert share(count, n) == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_nothing_has_no_interval() -> None:
    assert share(0, 0) is None


@given(st.integers(1, 10_000), st.data())
def test_the_interval_of_a_share_holds_it_and_moves_with_it(n: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, n - 1))
    first, second = share(count, n), share(count + 1, n)
    assert first is not None
    assert second is not None
    assert 0 <= first[0] <= count / n <= first[1] <= 1
    assert all(a <= b for a, b in zip(first, second, strict=True))
    assert all(a <= b for a, b in pairwise([first[0], second[0], second[1]]))
