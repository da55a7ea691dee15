"""Traces at another speed and rate."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.load.replay import replayed
from harness.load.trace import Row

ROWS = [Row(float(second), 10 + second, 5) for second in range(120)]


def test_as_it_is_a_trace_stays_as_it_is() -> None:
    assert list(replayed(ROWS)) == ROWS


def test_speed_divides_the_times() -> None:
    assert [row.at_s for row in replayed(ROWS, speed=4)] == [row.at_s / 4 for row in ROWS]


def test_a_rate_below_one_keeps_a_share_that_the_seed_chooses() -> None:
    kept = list(replayed(ROWS, rate=0.25, seed=1))
    assert len(kept) == pytest.approx(30, abs=15)
    assert set(kept) < set(ROWS)
    assert kept == list(replayed(ROWS, rate=0.25, seed=1))
    assert kept != list(replayed(ROWS, rate=0.25, seed=2))


@settings(max_examples=40)
@given(st.floats(0.1, 6), st.integers(0, 20))
def test_a_rate_above_one_repeats_rows_before_the_next_one_comes(rate: float, seed: int) -> None:
    more = list(replayed(ROWS, rate=rate, seed=seed))
    assert len(more) == pytest.approx(rate * len(ROWS), abs=40)
    assert all(before.at_s <= after.at_s for before, after in pairwise(more))
    assert all(int(row.at_s) == row.prompt_tokens - 10 for row in more if row.prompt_tokens)
