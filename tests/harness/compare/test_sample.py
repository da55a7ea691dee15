from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.compare.bands import Kind, band, kind_of, words
from harness.compare.sample import (
    ATTEMPTS,
    CALLS,
    COMPLETE,
    FINEST_S,
    JUDGED,
    MOST_SLOTS,
    PICODOLLARS,
    SUMS,
    TOKENS,
    Sample,
)
from harness.measure.histogram import LogHistogram
from profiles.record import Record, Tokens
from tests.harness.measure.test_summary import done, refused


@pytest.mark.parametrize(
    ("tokens", "number", "said"),
    [(0, 0, "0"), (1, 1, "1"), (2, 2, "2-3"), (255, 8, "128-255"), (256, 9, "256-511"), (4096, 13, "4096-8191")],
)
def test_bands_are_powers_of_two(tokens: int, number: int, said: str) -> None:
    assert (band(tokens), words(number)) == (number, said)


def test_what_nobody_counted_is_in_no_band() -> None:
    assert kind_of("c", None) == Kind("c", None, None)
    assert kind_of("c", Tokens(prompt=300)) == Kind("c", 9, None)


def everybody(_: Kind) -> bool:
    return True


def sums(sample: Sample) -> Counter[int]:
    total: Counter[int] = Counter()
    for counts in sample.series(SUMS, everybody):
        total.update(counts)
    return total


def test_attempts_are_counted_by_what_became_of_them() -> None:
    records = [
        done(1, cost_usd=0.002),
        refused(2),
        done(2, attempt=2, id="call2.2"),
        done(3, outcome="abandoned"),
        done(4, outcome="not_sent", sent_at=None, tokens=None),
    ]
    total = sums(Sample.of(records))
    assert (total[ATTEMPTS], total[JUDGED], total[CALLS], total[COMPLETE]) == (5, 3, 4, 2)
    assert (total[TOKENS], total[PICODOLLARS]) == (15, 2_000_000_000)


def test_latencies_are_those_of_the_summary() -> None:
    """Of complete attempts, from the intended send time on."""
    sample = Sample.of([done(0), done(1, outcome="truncated")])
    for metric, value_ms in (("ttft", 205.0), ("e2e", 315.0), ("tpot", 25.0)):
        histogram: Counter[int] = Counter()
        for counts in sample.series(metric, everybody):
            histogram.update(counts)
        assert histogram == LogHistogram.of([value_ms]).buckets
    assert sum(sum(counts.values()) for counts in sample.series("itl", everybody)) == 4


def test_only_those_that_are_chosen_are_in_a_series() -> None:
    sample = Sample.of([done(0, class_="a"), done(1, class_="b", tokens=Tokens(prompt=300, completion=7))])
    assert set(sample.kinds) == {Kind("a", 4, 3), Kind("b", 9, 3)}
    chosen = sample.series("e2e", lambda kind: kind.prompt == 9)
    assert sum(sum(counts.values()) for counts in chosen) == 1


@given(st.lists(st.floats(0, 100_000), min_size=1, max_size=60), st.randoms())
def test_slots_widen_without_losing_anything_and_in_whatever_order(at: Sequence[float], chance: Random) -> None:
    records = [replace(done(0), sent_at=1000.0 + seconds, intended_at=1000.0 + seconds) for seconds in at]
    sample = Sample.of(records)
    assert 1 <= sample.slots <= MOST_SLOTS
    assert sums(sample)[ATTEMPTS] == len(at)
    assert sample.width_s == FINEST_S or (max(at) - min(at)) * 2 >= sample.width_s * (MOST_SLOTS - 2)
    shuffled = list(records)
    chance.shuffle(shuffled)
    again = Sample.of(shuffled)
    assert (again.width_s, again.series("e2e", everybody)) == (sample.width_s, sample.series("e2e", everybody))


def test_what_was_before_the_end_of_the_warm_up_is_not_there() -> None:
    records: list[Record] = [done(n) for n in range(10)]
    sample = Sample.of(records, since=1004.0)
    assert sums(sample)[ATTEMPTS] == 6
    assert sample.window_s == pytest.approx(5.31)


@pytest.mark.parametrize(("lasting_s", "width_s"), [(0.0, 0.25), (59.9, 0.25), (60.0, 0.5), (3600.0, 16.0)])
def test_slots_are_as_wide_from_the_begin_as_a_run_is_known_to_need(lasting_s: float, width_s: float) -> None:
    assert Sample(lasting_s=lasting_s).width_s == width_s


def test_nothing_is_an_empty_sample() -> None:
    sample = Sample()
    assert (sample.slots, sample.window_s, sample.kinds) == (0, None, [])
