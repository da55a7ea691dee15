"""What every store promises, of the one in memory and the one in Redis."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.limits import Budget, Claim, Decision, MemoryStore, Pool, PoolLimits
from mockserver.limits.admission import LOAN_S
from mockserver.limits.headers import ratelimit_headers, retry_headers
from mockserver.wire.durations import whole_ms

from .conftest import NewTill
from .stores import EPOCH_S, claim, fresh, till

REDIS_IS_SLOW = settings(max_examples=50)


def test_a_full_bucket_takes_a_burst_of_its_limit_and_no_more(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        admitted = [mine.admit(PoolLimits(rpm=10), 1, 0.0).admitted for _ in range(12)]
    assert admitted == [True] * 10 + [False] * 2


def test_pools_have_buckets_of_their_own(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        admitted = [mine.admit(PoolLimits(rpm=1), 1, 0.0, name).admitted for name in ("a", "b", "a")]
    assert admitted == [True, True, False]


def test_a_refusal_consumes_nothing(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        mine.admit(PoolLimits(rpm=2, tpm=100), 60, 0.0)
        for _ in range(5):
            assert mine.admit(PoolLimits(rpm=2, tpm=100), 60, 0.0).refused == "tpm"
        assert mine.admit(PoolLimits(rpm=2, tpm=100), 40, 0.0).admitted


def test_elapsed_time_refills_before_judging(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        admitted = [mine.admit(PoolLimits(rpm=3, rpd=4), 1, at).admitted for at in (0, 0, 0, 19.9, 20, 40, 21_600)]
    assert admitted == [True, True, True, False, True, False, True]


def test_an_instant_before_the_last_debit_refills_nothing_and_breaks_nothing(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        left = [mine.admit(PoolLimits(rpm=60), 1, at).states[0][1].remaining for at in (10.0, 9.0, 11.0)]
    assert left == [59, 58, 58]


def test_a_daily_bucket_moves_as_it_was_recorded_to_move(new_till: NewTill) -> None:
    """9998 and 13.065s, then 9997 and 19.496s 2.2 s later: each use adds 8.64 s, time takes away."""
    with new_till(1.0) as mine:
        answers = [mine.admit(PoolLimits(rpm=500, rpd=10_000), 1, EPOCH_S + at) for at in (0.0, 4.215, 4.215 + 2.209)]
    shown = [dict(ratelimit_headers(answer.states, 1.0)) for answer in answers]
    assert [
        tuple(headers[f"x-ratelimit-{what}-requests".encode()].decode() for what in ("limit", "remaining", "reset"))
        for headers in shown
    ] == [("10000", "9999", "8.64s"), ("10000", "9998", "13.065s"), ("10000", "9997", "19.496s")]


def test_no_pool_of_a_claim_is_debited_when_one_refuses(new_till: NewTill) -> None:
    wide, narrow = PoolLimits(rpm=10), PoolLimits(rpm=1)
    both = claim(1, (fresh("wide"), wide), (fresh("narrow"), narrow))
    with new_till(1.0) as mine:
        assert [mine.ask(both, 0.0).refused for _ in range(3)] == [None, "rpm", "rpm"]
        ((_, state),) = mine.ask(Claim(both.pools[:1], 1), 0.0).states
    assert state.remaining == 8


def test_a_limit_that_is_raised_keeps_what_was_used(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        for _ in range(3):
            mine.admit(PoolLimits(rpm=3), 1, 0.0)
        assert not mine.admit(PoolLimits(rpm=3), 1, 0.0).admitted
        ((_, state),) = mine.admit(PoolLimits(rpm=60), 1, 0.0).states
    assert state[:2] == (60, 56)


def test_a_limit_that_is_lowered_has_to_be_paid_off(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        for _ in range(30):
            mine.admit(PoolLimits(rpm=60), 1, 0.0)
        refused = mine.admit(PoolLimits(rpm=6), 1, 0.0)
        assert (refused.used, refused.retry_after_s) == (6, 250.0)
        assert [mine.admit(PoolLimits(rpm=6), 1, at).admitted for at in (249.0, 250.0)] == [False, True]


def test_time_before_a_change_refilled_as_the_limit_was_then(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        for _ in range(60):
            mine.admit(PoolLimits(rpm=60), 1, EPOCH_S)
        ((_, state),) = mine.admit(PoolLimits(rpm=6_000), 1, EPOCH_S + 6).states
    assert state.remaining == 6_000 - 54 - 1


def test_a_step_down_is_not_forgiven_by_asking_again(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        for _ in range(30):
            mine.admit(PoolLimits(rpm=60), 1, EPOCH_S)
        waits = [mine.admit(PoolLimits(rpm=6), 1, EPOCH_S + at).retry_after_s for at in (5.0, 8.0, 100.0)]
        assert waits == [pytest.approx(200, abs=10), pytest.approx(197, abs=10), pytest.approx(105, abs=10)]
        assert mine.admit(PoolLimits(rpm=6), 1, EPOCH_S + 210.0).admitted


def test_a_dimension_that_appears_starts_full(new_till: NewTill) -> None:
    with new_till(1.0) as mine:
        mine.admit(PoolLimits(rpm=10), 900, 0.0)
        assert mine.admit(PoolLimits(rpm=10, tpm=1_000), 1_000, 0.0).admitted


def test_refusals_debit_where_they_are_said_to(new_till: NewTill) -> None:
    limits = PoolLimits(rpm=3, tpm=100, refused_debits=True)
    with new_till(1.0) as mine:
        refused = [mine.admit(limits, tokens, 0.0).refused for tokens in (90, 90, 90, 1)]
        assert refused == [None, "tpm", "tpm", "rpm"]
        assert mine.admit(replace(limits, refused_debits=False), 1, 20.0).admitted


def test_what_an_answer_really_cost_is_settled(new_till: NewTill) -> None:
    limits = PoolLimits(tpm=1_000)
    pools = (Pool(fresh(), limits),)
    with new_till(1.0) as mine:
        mine.ask(Claim(pools, 100), 0.0)
        mine.run(mine.store.settle(pools, 850, 0.0))
        refused = mine.ask(Claim(pools, 100), 0.0)
        assert (refused.refused, refused.used) == ("tpm", 950)
        mine.run(mine.store.settle(pools, -2_000, 0.0))
        assert mine.ask(Claim(pools, 1_000), 0.0).admitted


def test_only_so_many_requests_are_open_at_once(new_till: NewTill) -> None:
    limits = PoolLimits(concurrent=2, rpm=100)
    pools = (Pool(fresh(), limits),)
    with new_till(1.0) as mine:
        first, second, third = (mine.ask(Claim(pools, 1), 0.0) for _ in range(3))
        assert (first.admitted, second.admitted) == (True, True)
        assert (third.refused, third.limit, third.used, third.retry_after_s) == ("concurrent", 2, 2, None)
        assert first.lease is not None
        mine.run(mine.store.release(pools, first.lease))
        fourth = mine.ask(Claim(pools, 1), 0.0)
        assert (fourth.admitted, fourth.states[0][1].remaining) == (True, 97)


def test_a_budget_that_is_spent_refuses_everything_and_debits_nothing(new_till: NewTill) -> None:
    name = fresh("budget")
    asked = claim(1, (fresh(), PoolLimits(rpm=10)), budgets=(Budget(name, 1.0),))
    with new_till(1.0) as mine:
        for usd in (0.6, 0.4):
            assert mine.ask(asked, 0.0).admitted
            mine.run(mine.store.spend([name], usd))
        assert [mine.ask(asked, 0.0).refused for _ in range(2)] == ["quota", "quota"]
        ((_, state),) = mine.ask(asked._replace(budgets=(Budget(name, 1.5),)), 0.0).states
    assert state.remaining == 7


arrivals = st.lists(st.tuples(st.floats(0, 5), st.integers(1, 400)), min_size=1, max_size=60)


@REDIS_IS_SLOW
@given(rpm=st.integers(1, 200), tpm=st.integers(400, 5_000), arrivals=arrivals)
def test_what_is_admitted_never_exceeds_the_limit_plus_the_refill(
    new_till: NewTill, rpm: int, tpm: int, arrivals: list[tuple[float, int]]
) -> None:
    now, requests, tokens = EPOCH_S, 0, 0
    with new_till(1.0) as mine:
        for gap_s, cost in arrivals:
            now += gap_s
            if mine.admit(PoolLimits(rpm, tpm), cost, now).admitted:
                requests += 1
                tokens += cost
            refills = (now - EPOCH_S + LOAN_S) / 60
            assert requests <= rpm * (1 + refills) + 1e-6
            assert tokens <= tpm * (1 + refills) + 1e-6


@REDIS_IS_SLOW
@given(rpm=st.integers(1, 200), tpm=st.integers(400, 5_000), arrivals=arrivals)
def test_nobody_is_refused_who_could_have_been_paid(
    new_till: NewTill, rpm: int, tpm: int, arrivals: list[tuple[float, int]]
) -> None:
    """Kept by hand: what was taken falls with time, and a refusal is only right where a whole request did not fit."""
    now, taken_requests, taken_tokens = EPOCH_S, 0.0, 0.0
    with new_till(1.0) as mine:
        for gap_s, cost in arrivals:
            now += gap_s
            taken_requests = max(0.0, taken_requests - gap_s * rpm / 60)
            taken_tokens = max(0.0, taken_tokens - gap_s * tpm / 60)
            if mine.admit(PoolLimits(rpm, tpm), cost, now).admitted:
                taken_requests, taken_tokens = taken_requests + 1, taken_tokens + cost
            else:
                assert taken_requests + 1 > rpm - 1e-3 or taken_tokens + cost > tpm - 1e-3


@REDIS_IS_SLOW
@given(tpm=st.integers(1, 30_000), gap_share=st.floats(0.01, 0.9))
def test_hammering_a_bucket_gets_its_rate_and_the_loan_only_once(new_till: NewTill, tpm: int, gap_share: float) -> None:
    n, gap_s = 60, 60 / tpm * gap_share
    with new_till(1.0) as mine:
        assert mine.admit(PoolLimits(tpm=tpm), tpm, EPOCH_S).admitted
        admitted = sum(mine.admit(PoolLimits(tpm=tpm), 1, EPOCH_S + i * gap_s).admitted for i in range(1, n + 1))
    assert admitted <= (n * gap_s + LOAN_S) * tpm / 60 + 1e-3


limit_pairs = st.tuples(st.integers(1, 30_000), st.integers(400, 180_000_000))
speeds = st.sampled_from([0.25, 1.0, 3.0, 10.0, 1_000.0])
shares = st.lists(st.floats(0, 1), min_size=2, max_size=40)


@REDIS_IS_SLOW
@given(limits=limit_pairs, speed=speeds, costs=shares, start=st.floats(0, 9))
def test_a_client_that_waits_exactly_as_the_text_says_is_admitted(
    new_till: NewTill, limits: tuple[int, int], speed: float, costs: list[float], start: float
) -> None:
    pool, now = PoolLimits(*limits), EPOCH_S + start
    with new_till(speed) as mine:
        for share in costs:
            tokens = int(limits[1] * share)
            decision = mine.admit(pool, tokens, now)
            if not decision.admitted:
                assert decision.retry_after_s is not None
                now += whole_ms(decision.retry_after_s / speed) / 1000 * speed
                assert mine.admit(pool, tokens, now).admitted


@REDIS_IS_SLOW
@given(limits=limit_pairs, speed=speeds, costs=shares, which=st.sampled_from([0, 1]))
def test_a_client_that_waits_for_either_header_is_admitted(
    new_till: NewTill, limits: tuple[int, int], speed: float, costs: list[float], which: int
) -> None:
    now = EPOCH_S
    with new_till(speed) as mine:
        for share in costs:
            tokens = int(limits[1] * share)
            decision = mine.admit(PoolLimits(*limits), tokens, now)
            if not decision.admitted:
                name, value = retry_headers(decision, speed)[which]
                now += int(value) / (1000 if name == "retry-after-ms" else 1) * speed
                assert mine.admit(PoolLimits(*limits), tokens, now).admitted


@REDIS_IS_SLOW
@given(limits=limit_pairs, speed=speeds, share=st.floats(0, 1))
def test_a_client_that_waits_for_the_reset_finds_room_for_a_whole_limit(
    new_till: NewTill, limits: tuple[int, int], speed: float, share: float
) -> None:
    pool = PoolLimits(*limits)
    with new_till(speed) as mine:
        state = dict(mine.admit(pool, int(limits[1] * share), EPOCH_S).states)["tokens"]
        now = EPOCH_S + whole_ms(state.reset_s / speed) / 1000 * speed + 60 / limits[0]
        assert mine.admit(pool, limits[1], now).admitted


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_the_loan_is_a_millisecond_of_the_clients_clock(new_till: NewTill, speed: float) -> None:
    def admitted_at(early_ms: float) -> bool:
        with new_till(speed) as mine:
            for _ in range(60):
                mine.admit(PoolLimits(rpm=60), 1, 0.0)
            return mine.admit(PoolLimits(rpm=60), 1, 1.0 - early_ms / 1000 * speed).admitted

    assert [admitted_at(ms) for ms in (0.0, 1.0, 1.2, 5.0)] == [True, True, False, False]


def test_of_200_callers_at_once_each_gets_its_share(new_till: NewTill) -> None:
    callers, asked_by_each, fit = 200, 10, 1_000
    one = claim(1, (fresh(), PoolLimits(rpm=fit)))
    with new_till(1.0) as mine:

        async def ask_again_and_again() -> list[bool]:
            admitted = []
            for _ in range(asked_by_each):
                admitted.append((await mine.store.admit(one, 0.0)).admitted)
                await asyncio.sleep(0)
            return admitted

        async def all_of_them() -> list[list[bool]]:
            return await asyncio.gather(*(ask_again_and_again() for _ in range(callers)))

        shares_of = [sum(admitted) for admitted in mine.run(all_of_them())]
    assert sum(shares_of) == fit
    assert min(shares_of) >= 2
    assert max(shares_of) <= 8


def test_concurrent_requests_are_judged_one_after_the_other(new_till: NewTill) -> None:
    one = claim(10, (fresh(), PoolLimits(rpm=5, tpm=1_000)))
    with new_till(1.0) as mine:

        async def burst() -> list[int]:
            decisions = await asyncio.gather(*(mine.store.admit(one, 0.0) for _ in range(20)))
            assert sum(decision.admitted for decision in decisions) == 5
            return [dict(decision.states)["requests"].remaining for decision in decisions]

        remaining = mine.run(burst())
    assert all(later <= earlier for earlier, later in pairwise(sorted(remaining, reverse=True)))
    assert sorted(set(remaining)) == [0, 1, 2, 3, 4]


@st.composite
def limits_of_all_kinds(draw: st.DrawFn) -> PoolLimits:
    some = st.none() | st.integers(1, 40)
    many = st.none() | st.integers(1, 4_000)
    return PoolLimits(
        rpm=draw(some),
        rpd=draw(some),
        tpm=draw(many),
        tpd=draw(many),
        concurrent=draw(st.none() | st.integers(1, 3)),
        slice_s=draw(st.none() | st.sampled_from([1.0, 10.0])),
        refused_debits=draw(st.booleans()),
    )


def _comparable(decision: Decision) -> Decision:
    return decision._replace(lease=None, taken=[tuple(taken) for taken in decision.taken])


steps = st.lists(
    st.tuples(
        st.floats(0, 0.7), st.integers(1, 300), st.sampled_from(["admit", "admit", "admit", "settle", "release"])
    ),
    min_size=1,
    max_size=40,
)


@REDIS_IS_SLOW
@given(first=limits_of_all_kinds(), second=limits_of_all_kinds(), steps=steps)
def test_every_store_decides_as_the_one_in_memory_does_to_the_last_bit(
    new_till: NewTill, first: PoolLimits, second: PoolLimits, steps: list[tuple[float, int, str]]
) -> None:
    pools = (Pool(fresh(), first), Pool(fresh(), second))
    now, leases = EPOCH_S, []
    with new_till(1.0) as mine, till(MemoryStore) as reference:
        for gap_s, tokens, what in steps:
            now += gap_s
            if what == "admit":
                decision, expected = (each.ask(Claim(pools, tokens), now) for each in (mine, reference))
                assert _comparable(decision) == _comparable(expected)
                assert (decision.lease is None) == (expected.lease is None)
                if decision.lease is not None:
                    leases.append((decision.lease, expected.lease or ""))
            elif what == "settle":
                for each in (mine, reference):
                    each.run(each.store.settle(pools, tokens - 150, now))
            elif leases:
                for each, lease in zip((mine, reference), leases.pop(), strict=True):
                    each.run(each.store.release(pools, lease))
