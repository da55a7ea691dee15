import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.limits.admission import LOAN_S
from mockserver.limits.decision import Decision, PoolLimits
from mockserver.limits.headers import retry_headers
from mockserver.limits.memory import MemoryStore
from mockserver.wire.durations import whole_ms

EPOCH_S = 1_760_000_000.0
"""An instant as large as those of the simulated clock, whose floats are a quarter of a microsecond apart."""


def admit(store: MemoryStore, limits: PoolLimits, tokens: int, now: float, key: str = "k") -> Decision:
    return asyncio.run(store.admit(key, limits, tokens, now))


def test_a_full_bucket_takes_a_burst_of_its_limit_and_no_more() -> None:
    store = MemoryStore()
    admitted = [admit(store, PoolLimits(rpm=10), 1, 0.0).admitted for _ in range(12)]
    assert admitted == [True] * 10 + [False] * 2


def test_keys_have_buckets_of_their_own() -> None:
    store = MemoryStore()
    limits = PoolLimits(rpm=1)
    assert admit(store, limits, 1, 0.0, "a").admitted
    assert admit(store, limits, 1, 0.0, "b").admitted
    assert not admit(store, limits, 1, 0.0, "a").admitted


def test_a_refusal_consumes_nothing() -> None:
    store = MemoryStore()
    limits = PoolLimits(rpm=2, tpm=100)
    admit(store, limits, 60, 0.0)
    for _ in range(5):
        assert admit(store, limits, 60, 0.0).refused == "tokens"
    assert admit(store, limits, 40, 0.0).admitted


def test_an_instant_before_the_last_debit_refills_nothing_and_breaks_nothing() -> None:
    store = MemoryStore()
    limits = PoolLimits(rpm=60)
    admit(store, limits, 1, 10.0)
    decision = admit(store, limits, 1, 9.0)
    assert decision.requests is not None
    assert decision.requests.remaining == 58
    later = admit(store, limits, 1, 11.0)
    assert later.requests is not None
    assert later.requests.remaining == 58


def test_keys_that_are_full_again_are_forgotten() -> None:
    store = MemoryStore()
    limits = PoolLimits(rpm=60, tpm=1_000)
    for i in range(500):
        admit(store, limits, 1_000, float(i), f"key {i}")
    assert len(store) <= 62


def test_a_key_in_use_does_not_keep_the_others() -> None:
    store = MemoryStore()
    for i in range(500):
        admit(store, PoolLimits(rpm=60), 1, float(i), "in use")
        admit(store, PoolLimits(rpm=60), 1, float(i), f"key {i}")
    assert len(store) <= 63


def test_a_key_in_use_is_not_forgotten() -> None:
    store = MemoryStore()
    limits = PoolLimits(rpm=1)
    admit(store, limits, 1, 0.0, "in use")
    for i in range(100):
        admit(store, limits, 1, 0.5 * i, f"key {i}")
        assert not admit(store, limits, 1, 0.5 * i, "in use").admitted


def test_refused_keys_alone_hold_no_memory() -> None:
    store = MemoryStore()
    for i in range(100):
        assert admit(store, PoolLimits(tpm=10), 11, 0.0, f"key {i}").too_large
    assert len(store) == 0


arrivals = st.lists(st.tuples(st.floats(0, 5), st.integers(1, 400)), min_size=1, max_size=60)


@given(rpm=st.integers(1, 200), tpm=st.integers(400, 5_000), arrivals=arrivals)
def test_what_is_admitted_never_exceeds_the_limit_plus_the_refill(
    rpm: int, tpm: int, arrivals: list[tuple[float, int]]
) -> None:
    store = MemoryStore()
    now, requests, tokens = EPOCH_S, 0, 0
    for gap_s, cost in arrivals:
        now += gap_s
        if admit(store, PoolLimits(rpm, tpm), cost, now).admitted:
            requests += 1
            tokens += cost
        refills = (now - EPOCH_S + LOAN_S) / 60
        assert requests <= rpm * (1 + refills) + 1e-6
        assert tokens <= tpm * (1 + refills) + 1e-6


@given(tpm=st.integers(1, 30_000), gap_share=st.floats(0.01, 0.9))
def test_hammering_a_bucket_gets_its_rate_and_the_loan_only_once(tpm: int, gap_share: float) -> None:
    store = MemoryStore()
    limits = PoolLimits(tpm=tpm)
    assert admit(store, limits, tpm, EPOCH_S).admitted
    gap_s = 60 / tpm * gap_share
    n = 60
    admitted = sum(admit(store, limits, 1, EPOCH_S + i * gap_s).admitted for i in range(1, n + 1))
    assert admitted <= (n * gap_s + LOAN_S) * tpm / 60 + 1e-3


limit_pairs = st.tuples(st.integers(1, 30_000), st.integers(400, 180_000_000))
speeds = st.sampled_from([0.25, 1.0, 3.0, 10.0, 1_000.0])


@given(
    limits=limit_pairs, speed=speeds, costs=st.lists(st.floats(0, 1), min_size=2, max_size=40), start=st.floats(0, 9)
)
def test_a_client_that_waits_exactly_as_the_text_says_is_admitted(
    limits: tuple[int, int], speed: float, costs: list[float], start: float
) -> None:
    store = MemoryStore(speed=speed)
    pool = PoolLimits(*limits)
    now = EPOCH_S + start
    for share in costs:
        tokens = int(limits[1] * share)
        decision = admit(store, pool, tokens, now)
        if not decision.admitted:
            now += whole_ms(decision.retry_after_s / speed) / 1000 * speed
            assert admit(store, pool, tokens, now).admitted


@given(limits=limit_pairs, speed=speeds, costs=st.lists(st.floats(0, 1), min_size=2, max_size=40))
def test_a_client_that_waits_for_either_header_is_admitted(
    limits: tuple[int, int], speed: float, costs: list[float]
) -> None:
    for which in (0, 1):
        store = MemoryStore(speed=speed)
        now = EPOCH_S
        for share in costs:
            tokens = int(limits[1] * share)
            decision = admit(store, PoolLimits(*limits), tokens, now)
            if not decision.admitted:
                name, value = retry_headers(decision, speed)[which]
                now += int(value) / (1000 if name == "retry-after-ms" else 1) * speed
                assert admit(store, PoolLimits(*limits), tokens, now).admitted


@given(limits=limit_pairs, speed=speeds, share=st.floats(0, 1))
def test_a_client_that_waits_for_the_reset_finds_room_for_a_whole_limit(
    limits: tuple[int, int], speed: float, share: float
) -> None:
    store = MemoryStore(speed=speed)
    pool = PoolLimits(*limits)
    state = admit(store, pool, int(limits[1] * share), EPOCH_S).tokens
    assert state is not None
    now = EPOCH_S + whole_ms(state.reset_s / speed) / 1000 * speed + 60 / limits[0]
    assert admit(store, pool, limits[1], now).admitted


@pytest.mark.parametrize("speed", [0.5, 1.0, 20.0])
def test_the_loan_is_a_millisecond_of_the_clients_clock(speed: float) -> None:
    limits = PoolLimits(rpm=60)

    def admitted_at(early_ms: float) -> bool:
        store = MemoryStore(speed=speed)
        for _ in range(60):
            admit(store, limits, 1, 0.0)
        return admit(store, limits, 1, 1.0 - early_ms / 1000 * speed).admitted

    assert [admitted_at(ms) for ms in (0.0, 1.0, 1.2, 5.0)] == [True, True, False, False]


def test_concurrent_requests_are_judged_one_after_the_other() -> None:
    async def burst() -> list[Decision]:
        store = MemoryStore()
        return await asyncio.gather(*(store.admit("k", PoolLimits(rpm=5, tpm=1_000), 10, 0.0) for _ in range(20)))

    decisions = asyncio.run(burst())
    assert sum(decision.admitted for decision in decisions) == 5
    remaining = [decision.requests.remaining for decision in decisions if decision.requests is not None]
    assert all(later <= earlier for earlier, later in pairwise(remaining))
