import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.limits.admission import refilled
from mockserver.limits.bucket import Bucket, Dimension
from mockserver.limits.claim import PoolLimits
from mockserver.wire.durations import go_duration

PASTED: list[tuple[Dimension, int, int, int, str]] = [
    # dimension, limit, used, requested, "Please try again in"
    ("tpm", 30_000, 14_567, 24_754, "18.642s"),
    ("tpm", 30_000, 29_937, 385, "644ms"),
    ("tpm", 30_000, 28_039, 3_906, "3.89s"),
    ("tpm", 30_000, 22_999, 12_528, "11.054s"),
    ("tpm", 200_000, 195_869, 4_412, "84ms"),
    ("tpm", 50_000, 47_949, 3_006, "1.146s"),
    ("tpm", 10_000, 8_554, 3_082, "9.816s"),
    ("rpm", 3, 3, 1, "20s"),
    ("rpd", 200, 200, 1, "7m12s"),
    ("rpd", 1_000, 1_000, 1, "1m26.4s"),
    ("rpd", 10_000, 10_000, 1, "8.64s"),
]

RECORDED_RESETS: list[tuple[Dimension, int, int, str]] = [
    # dimension, limit, taken, "x-ratelimit-reset-*"
    ("rpm", 10_000, 1, "6ms"),
    ("rpm", 30_000, 1, "2ms"),
    ("rpm", 5_000, 1, "12ms"),
    ("rpm", 500, 1, "120ms"),
    ("rpm", 3_000, 1, "20ms"),
    ("rpm", 3_500, 1, "17ms"),
    ("rpd", 10_000, 1, "8.64s"),
    ("tpm", 150_000_000, 8, "0s"),
]

limits = st.integers(min_value=1, max_value=180_000_000)


def after(limit: int, taken: float, elapsed_s: float) -> float:
    """What counts as taken from a bucket of tokens a minute after a while."""
    pool = PoolLimits(tpm=limit)
    slot = pool.buckets[0].slot
    then = [0.0] * 4
    then[slot] = taken
    return refilled(pool, then, elapsed_s)[slot]


@pytest.mark.parametrize(("dimension", "limit", "used", "requested", "wait"), PASTED)
def test_the_wait_is_that_of_every_refusal_that_users_have_pasted(
    dimension: Dimension, limit: int, used: int, requested: int, wait: str
) -> None:
    bucket = Bucket(dimension, limit)
    assert bucket.used(used) == used
    assert go_duration(bucket.wait_s(used, requested)) == wait


@pytest.mark.parametrize(("dimension", "limit", "taken", "reset"), RECORDED_RESETS)
def test_the_reset_is_that_of_recorded_answers(dimension: Dimension, limit: int, taken: int, reset: str) -> None:
    assert go_duration(Bucket(dimension, limit).state(taken).reset_s) == reset


def test_what_remains_is_whole_units_and_what_is_used_is_the_rest() -> None:
    bucket = Bucket("rpm", 3)
    assert (bucket.remaining(0.1), bucket.used(0.1)) == (2, 1)
    assert (bucket.remaining(3.0), bucket.used(3.0)) == (0, 3)


def test_a_started_unit_is_shown_as_used_and_waited_for_as_a_whole() -> None:
    bucket = Bucket("rpm", 3)
    assert bucket.used(2.5) == 3
    assert bucket.wait_s(2.5, 1) == 20.0


def test_a_loan_shows_as_an_empty_bucket_and_is_waited_for() -> None:
    bucket = Bucket("rpm", 60)
    assert (bucket.remaining(60.001), bucket.used(60.001)) == (0, 60)
    assert bucket.wait_s(60.001, 1) == pytest.approx(1.001)


def test_a_cost_above_the_limit_is_never_payable_and_never_lent() -> None:
    bucket = Bucket("tpm", 150_000_000)
    assert bucket.wait_s(0, bucket.limit + 1) == math.inf
    assert bucket.wait_s(0, bucket.limit + 1, loan_s=0.001) == math.inf
    assert bucket.wait_s(1, bucket.limit, loan_s=0.001) == 0
    assert bucket.wait_s(1, bucket.limit, loan_s=0.0) > 0


@pytest.mark.parametrize(("dimension", "cost"), [("rpm", 1), ("rpd", 1), ("tpm", 77), ("tpd", 77)])
def test_a_request_costs_one_request_and_its_tokens(dimension: Dimension, cost: int) -> None:
    assert Bucket(dimension, 100).cost(77) == cost


@pytest.mark.parametrize(("limit", "slice_s", "capacity"), [(60, 10, 10), (600, 1, 10), (3, 10, 1), (60, 60, 60)])
def test_a_slice_holds_its_part_of_the_limit_and_one_at_least(limit: int, slice_s: float, capacity: int) -> None:
    bucket = Bucket("rpm", limit, slice_s)
    assert (bucket.capacity, bucket.per_s) == (capacity, limit / 60)


def test_a_slice_that_is_used_up_is_waited_for_at_the_rate_of_the_minute() -> None:
    bucket = Bucket("rpm", 60, 10)
    assert (bucket.wait_s(10, 1), bucket.wait_s(9.5, 1)) == (1.0, 1.0)
    assert bucket.state(10) == (60, 50, 10.0)


@given(limits, st.floats(0, 1), st.floats(0, 1_000))
def test_refilling_never_overflows_and_never_drains(limit: int, share: float, elapsed_s: float) -> None:
    taken = limit * share
    assert 0 <= after(limit, taken, elapsed_s) <= taken


@given(limits, st.floats(0, 1), st.floats(0, 30), st.floats(0, 30))
def test_refilling_in_two_steps_is_refilling_in_one(limit: int, share: float, first_s: float, second_s: float) -> None:
    taken = limit * share
    twice = after(limit, after(limit, taken, first_s), second_s)
    assert twice == pytest.approx(after(limit, taken, first_s + second_s), abs=limit * 1e-9)


@given(limits, st.floats(0, 1))
def test_a_bucket_is_full_after_its_reset(limit: int, share: float) -> None:
    taken = limit * share
    assert after(limit, taken, Bucket("tpm", limit).state(taken).reset_s) == pytest.approx(0, abs=limit * 1e-9)


@given(limits, st.floats(0, 1), st.floats(0, 1))
def test_a_wait_is_enough_and_less_than_a_unit_too_long(limit: int, share: float, cost_share: float) -> None:
    bucket = Bucket("tpm", limit)
    taken = limit * share
    cost = max(1, int(limit * cost_share))
    if taken + cost > limit:
        left = limit - (taken - bucket.wait_s(taken, cost) * bucket.per_s)
        assert cost - 1e-6 * limit <= left < cost + 1 + 1e-6 * limit
