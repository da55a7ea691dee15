"""Bursts: how many tokens leave together, how far apart, and what becomes of those behind a late one."""

import math
import statistics
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.chance import Draws
from mockserver.latency.bursts import Bursts, Late
from mockserver.latency.distributions import Uniform

EVEN = Bursts(2, 2)
OPENAI = Bursts(2, 2, 0.2, Late(0.33, 1.1, 2.2))
AZURE = Bursts(16, 33, 0.2, None, Uniform(100, 400))
KINDS = [EVEN, Bursts(3, 3, 0.3), OPENAI, AZURE, Bursts(1, 4, 0.1, Late(0.2, 1, 2), 50.0)]


def instants(bursts: Bursts, count: int, *, first_s: float = 0.5, gap_s: float = 0.01, seed: int = 1) -> list[float]:
    return list(bursts.instants(first_s, gap_s, count, Draws(seed, b"", None, "latency")))


def sizes(found: list[float]) -> list[int]:
    return [len(list(group)) for _, group in groupby(found)]


def gaps(found: list[float]) -> list[float]:
    return [after - before for before, after in pairwise(found) if after > before]


def test_even_bursts_leave_together_a_burst_s_time_apart() -> None:
    assert instants(EVEN, 5) == pytest.approx([0.5, 0.5, 0.52, 0.52, 0.54])


@pytest.mark.parametrize("bursts", KINDS)
@given(count=st.integers(0, 300), seed=st.integers(0, 1000))
def test_there_is_an_instant_for_each_token_and_none_is_overtaken(bursts: Bursts, count: int, seed: int) -> None:
    found = instants(bursts, count, seed=seed)
    assert len(found) == count
    assert all(before <= after for before, after in pairwise(found))
    assert all(map(math.isfinite, found))


@pytest.mark.parametrize("bursts", KINDS)
@given(count=st.integers(40, 200), more=st.integers(1, 100), seed=st.integers(0, 1000))
def test_a_longer_reply_begins_as_a_shorter_one(bursts: Bursts, count: int, more: int, seed: int) -> None:
    found, longer = instants(bursts, count, seed=seed), instants(bursts, count + more, seed=seed)
    # The last burst of the shorter one may be cut short, which a filter has to wait for.
    assert longer[: count - bursts.most] == found[: count - bursts.most]


def test_the_first_burst_comes_when_the_first_token_is_made() -> None:
    for seed in range(200):
        assert instants(OPENAI, 10, seed=seed)[0] == 0.5


def test_the_mean_time_per_token_stays_whatever_the_spread_of_steps() -> None:
    found = instants(Bursts(2, 2, 0.8), 100_000)
    assert (found[-1] - found[0]) / 99_998 == pytest.approx(0.01, rel=0.01)


def test_steps_have_the_stated_spread() -> None:
    steps = gaps(instants(Bursts(2, 2, 0.3), 40_000))
    assert statistics.stdev(map(math.log, steps)) == pytest.approx(0.3, rel=0.03)


def test_late_bursts_are_as_many_and_as_late_as_stated() -> None:
    late, words = Late(0.33, 1.1, 2.2), Draws(3, b"", None, "").words(20_000)
    delays = sorted(filter(None, late.delayed([0.0] * len(words), words, 1.0)))
    assert len(delays) / len(words) == pytest.approx(0.33, abs=0.01)
    for share in (0.25, 0.5, 0.9, 0.99):
        stated = 1.1 * ((1 - share) ** (-1 / 2.2) - 1)
        assert delays[int(share * len(delays))] == pytest.approx(stated, rel=0.15)


def test_what_is_behind_a_late_burst_joins_it() -> None:
    found = sizes(instants(OPENAI, 10_000))
    assert {size % 2 for size in found[:-1]} == {0}, "bursts glue as a whole"
    assert 0.05 < sum(size > 2 for size in found) / len(found) < 0.4
    assert set(sizes(instants(Bursts(2, 2, 0.2), 10_000))) == {2}


def lag_one(found: list[float]) -> float:
    """The correlation of one gap with the next."""
    between = [after - before for before, after in pairwise(found)]
    return statistics.correlation(between[:-1], between[1:])


def test_a_late_burst_makes_the_gap_behind_it_shorter() -> None:
    assert lag_one(instants(OPENAI, 40_000)[::2]) < -0.03
    assert abs(lag_one(instants(Bursts(2, 2, 0.2), 40_000)[::2])) < 0.02


def test_gaps_between_tokens_are_negatively_autocorrelated() -> None:
    # Recorded streams have -0.26 to -0.51.
    assert -0.6 < lag_one(instants(OPENAI, 40_000)) < -0.2


def test_a_filter_holds_a_burst_until_it_is_whole_and_read() -> None:
    held = Bursts(4, 4, 0.0, None, 100.0)
    # Tokens are made at 0.5, 0.51, ...; the fourth at 0.53, and then it is read for 0.1 s.
    assert instants(held, 8) == pytest.approx([0.63] * 4 + [0.67] * 4)
    assert instants(held, 6) == pytest.approx([0.63] * 4 + [0.65] * 2), "the last one has two tokens to wait for"


def test_what_a_filter_takes_may_have_a_distribution() -> None:
    first = [instants(AZURE, 33, seed=seed, gap_s=1e-9)[0] - 0.5 for seed in range(2_000)]
    assert min(first) >= 0.1
    assert max(first) <= 0.4 + 1e-6
    assert statistics.fmean(first) == pytest.approx(0.25, rel=0.03)


def test_sizes_between_two_numbers_are_all_drawn_equally_often() -> None:
    found = sizes(instants(Bursts(16, 33), 200_000))[:-1]
    assert set(found) == set(range(16, 34))
    assert statistics.fmean(found) == pytest.approx(24.5, rel=0.01)


def test_another_seed_gives_another_rhythm_and_the_same_seed_the_same() -> None:
    assert instants(OPENAI, 50, seed=1) == instants(OPENAI, 50, seed=1) != instants(OPENAI, 50, seed=2)
