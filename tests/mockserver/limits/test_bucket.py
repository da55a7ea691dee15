import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.limits.bucket import Bucket
from mockserver.wire.durations import go_duration

DAY_S = 86_400.0

PASTED = [
    # limit, period, used, requested, "Please try again in"
    (30_000, 60.0, 14_567, 24_754, "18.642s"),
    (30_000, 60.0, 29_937, 385, "644ms"),
    (30_000, 60.0, 28_039, 3_906, "3.89s"),
    (30_000, 60.0, 22_999, 12_528, "11.054s"),
    (200_000, 60.0, 195_869, 4_412, "84ms"),
    (50_000, 60.0, 47_949, 3_006, "1.146s"),
    (10_000, 60.0, 8_554, 3_082, "9.816s"),
    (3, 60.0, 3, 1, "20s"),
    (200, DAY_S, 200, 1, "7m12s"),
    (1_000, DAY_S, 1_000, 1, "1m26.4s"),
    (10_000, DAY_S, 10_000, 1, "8.64s"),
]

RECORDED_RESETS = [
    # limit, period, level, "x-ratelimit-reset-*"
    (10_000, 60.0, 9_999, "6ms"),
    (30_000, 60.0, 29_999, "2ms"),
    (5_000, 60.0, 4_999, "12ms"),
    (500, 60.0, 499, "120ms"),
    (3_000, 60.0, 2_999, "20ms"),
    (3_500, 60.0, 3_499, "17ms"),
    (10_000, DAY_S, 9_999, "8.64s"),
    (150_000_000, 60.0, 149_999_992, "0s"),
]

limits = st.integers(min_value=1, max_value=180_000_000)


@pytest.mark.parametrize(("limit", "period_s", "used", "requested", "wait"), PASTED)
def test_the_wait_is_that_of_every_refusal_that_users_have_pasted(
    limit: int, period_s: float, used: int, requested: int, wait: str
) -> None:
    bucket = Bucket("tokens", limit, period_s)
    level = float(limit - used)
    assert bucket.used(level) == used
    assert go_duration(bucket.wait_s(level, requested)) == wait


@pytest.mark.parametrize(("limit", "period_s", "level", "reset"), RECORDED_RESETS)
def test_the_reset_is_that_of_recorded_answers(limit: int, period_s: float, level: float, reset: str) -> None:
    assert go_duration(Bucket("requests", limit, period_s).state(level).reset_s) == reset


def test_a_daily_bucket_moves_as_it_was_recorded_to_move() -> None:
    bucket = Bucket("requests", 10_000, DAY_S)
    level = bucket.limit - 13.065 / 8.64
    assert bucket.state(level).remaining == 9_998
    after = bucket.state(bucket.refilled(level, 2.209) - 1)
    assert after.remaining == 9_997
    assert go_duration(after.reset_s) == "19.496s"


def test_what_remains_is_whole_units_and_what_is_used_is_the_rest() -> None:
    bucket = Bucket("requests", 3)
    assert (bucket.remaining(2.9), bucket.used(2.9)) == (2, 1)
    assert (bucket.remaining(0.0), bucket.used(0.0)) == (0, 3)


def test_a_started_unit_is_shown_as_used_and_waited_for_as_a_whole() -> None:
    bucket = Bucket("requests", 3)
    assert bucket.used(0.5) == 3
    assert bucket.wait_s(0.5, 1) == 20.0


def test_a_loan_shows_as_an_empty_bucket_and_is_waited_for() -> None:
    bucket = Bucket("requests", 60)
    assert (bucket.remaining(-0.001), bucket.used(-0.001)) == (0, 60)
    assert bucket.wait_s(-0.001, 1) == pytest.approx(1.001)


def test_a_cost_above_the_limit_is_never_payable_and_never_lent() -> None:
    bucket = Bucket("tokens", 150_000_000)
    assert bucket.wait_s(bucket.limit, bucket.limit + 1) == math.inf
    assert not bucket.lends(bucket.limit, bucket.limit + 1, loan_s=0.001)
    assert bucket.lends(bucket.limit - 1, bucket.limit, loan_s=0.001)


def test_a_request_costs_one_request_and_its_tokens() -> None:
    assert Bucket("requests", 10).cost(77) == 1
    assert Bucket("tokens", 10).cost(77) == 77


@given(limits, st.floats(0, 1), st.floats(0, 1_000))
def test_refilling_never_overflows_and_never_drains(limit: int, share: float, elapsed_s: float) -> None:
    bucket = Bucket("tokens", limit)
    level = limit * share
    assert level <= bucket.refilled(level, elapsed_s) <= limit


@given(limits, st.floats(0, 1), st.floats(0, 30), st.floats(0, 30))
def test_refilling_in_two_steps_is_refilling_in_one(limit: int, share: float, first_s: float, second_s: float) -> None:
    bucket = Bucket("tokens", limit)
    level = limit * share
    twice = bucket.refilled(bucket.refilled(level, first_s), second_s)
    assert twice == pytest.approx(bucket.refilled(level, first_s + second_s))


@given(limits, st.floats(0, 1))
def test_an_empty_bucket_is_full_after_its_reset(limit: int, share: float) -> None:
    bucket = Bucket("tokens", limit)
    level = limit * share
    assert bucket.refilled(level, bucket.state(level).reset_s) == pytest.approx(limit)


@given(limits, st.floats(0, 1), st.floats(0, 1))
def test_a_wait_is_enough_and_less_than_a_unit_too_long(limit: int, share: float, cost_share: float) -> None:
    bucket = Bucket("tokens", limit)
    level = limit * share
    cost = max(1, int(limit * cost_share))
    if cost > level:
        later = level + bucket.wait_s(level, cost) * bucket.per_s
        assert cost - 1e-6 * limit <= later < cost + 1 + 1e-6 * limit
