"""Continuous batching, against arithmetic by hand, in properties, and at its knee."""

import math
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.latency import LatencyProfile
from mockserver.latency.engine import Engine, EngineFigures, Seat
from mockserver.latency.slowdown import LEAST, Slowdown
from profiles.schema.latency import EngineTable

PLAIN = EngineFigures(slots=4, queue=2, step_ms=10)
SHIPPED = LatencyProfile.from_file("dedicated").engine
HOURS = Slowdown([1.0, 3.0] * 12)


def seated(engine: Engine, at_s: float, prompt: int, completion: int, cached: int = 0) -> Seat:
    seat = engine.enter(at_s, prompt, completion, cached)
    assert seat is not None
    return seat


def run_out(engine: Engine) -> None:
    engine.advance(math.inf)


def ms(seat: Seat) -> list[Any]:
    return [pytest.approx(at * 1e3) for at in seat.token_s]


def test_alone_it_says_a_token_an_iteration() -> None:
    engine = Engine(PLAIN)
    seat = seated(engine, 1.0, 5, 3)
    run_out(engine)
    assert ms(seat) == [1010, 1020, 1030]


TURNED: list[tuple[dict[str, float], list[float]]] = [
    ({"step_per_sequence_us": 1000}, [11, 22, 33]),
    # The context grows by a token each time; while it is read nobody attends to it.
    ({"step_per_kv_token_us": 1000}, [10, 10 + 10 + 101, 121 + 10 + 102]),
    ({"step_per_prefill_token_us": 1000}, [110, 120, 130]),
    ({"step_per_prefill_token_us": 1000, "prefill_chunk_tokens": 60}, [70 + 50, 130, 140]),
    ({"step_ms": 3}, [3, 6, 9]),
]
"""Figures, and when the three tokens come of an answer to 100 that has the engine for itself."""


@pytest.mark.parametrize(("key", "expected_ms"), TURNED)
def test_each_figure_counts(key: dict[str, float], expected_ms: list[float]) -> None:
    figures = {"slots": 4, "queue": 2, "step_ms": 10.0, **key}
    engine = Engine(EngineFigures(**figures))  # type: ignore[arg-type]
    seat = seated(engine, 0.0, 100, 3)
    run_out(engine)
    assert expected_ms == ms(seat)


def test_there_is_a_turn_for_every_key() -> None:
    elsewhere = {"slots", "queue", "when_full"}  # below, and with real requests in endpoints/test_dedicated.py
    assert {key for keys, _ in TURNED for key in keys} | elsewhere == set(EngineTable.model_fields)


def test_who_comes_in_the_middle_of_an_iteration_is_in_the_next() -> None:
    engine = Engine(PLAIN)
    first, second = seated(engine, 0.0, 1, 3), seated(engine, 0.004, 1, 2)
    run_out(engine)
    assert (ms(first), ms(second)) == ([10, 20, 30], [20, 30])


def test_a_long_prompt_holds_up_those_who_speak() -> None:
    assert SHIPPED is not None
    engine = Engine(SHIPPED)
    talker = seated(engine, 0.0, 10, 200)
    engine.advance(1.0)
    seated(engine, 1.0, 5_000, 10)
    run_out(engine)
    gaps_ms = [(later - earlier) * 1e3 for earlier, later in zip(talker.token_s, talker.token_s[1:], strict=False)]
    assert max(gaps_ms) == pytest.approx(11 + 2 * 0.06 + 512 * 0.05 + 0.6e-3 * len(talker.token_s), rel=0.01)
    assert sum(gap > 35 for gap in gaps_ms) == 5_000 // 512


def test_cached_tokens_are_not_read_again_but_attended_to() -> None:
    figures = EngineFigures(slots=1, queue=0, step_ms=1, step_per_kv_token_us=1000, step_per_prefill_token_us=1000)
    engine = Engine(figures)
    seat = seated(engine, 0.0, 100, 2, cached=90)
    run_out(engine)
    assert ms(seat) == [11, 11 + 1 + 101]
    engine = Engine(figures)
    seat = seated(engine, 0.0, 100, 1, cached=100)
    run_out(engine)
    assert ms(seat) == [2]


def test_beyond_slots_they_queue_in_order_and_beyond_the_queue_they_are_refused() -> None:
    engine = Engine(EngineFigures(slots=2, queue=1, step_ms=10))
    a, b, c = (seated(engine, 0.0, 1, tokens) for tokens in (2, 4, 1))
    assert engine.load(0.0) == (1, 2)  # the first iteration had begun when the others came
    assert engine.enter(0.0, 1, 1) is None
    assert engine.load(0.010) == (2, 1)
    run_out(engine)
    assert (ms(a), ms(b), ms(c)) == ([10, 20], [20, 30, 40, 50], [30])
    assert seated(engine, 1.0, 1, 1).arrived_s == 1.0


def test_who_leaves_makes_room() -> None:
    engine = Engine(EngineFigures(slots=1, queue=2, step_ms=10))
    speaking, waiting, last = (seated(engine, 0.0, 1, 100) for _ in range(3))
    engine.leave(waiting)
    engine.advance(0.05)
    engine.leave(speaking)
    run_out(engine)
    assert len(speaking.token_s) == 6
    assert not waiting.token_s
    assert last.token_s[0] == pytest.approx(0.07)


def test_it_is_idle_between_and_begins_at_once() -> None:
    engine = Engine(PLAIN)
    seated(engine, 0.0, 1, 1)
    late = seated(engine, 5.0, 1, 1)
    assert ms(late) == [5010]
    assert engine.next_step_s(5.0) == pytest.approx(5.01)


@given(
    arrivals=st.lists(st.tuples(st.floats(0, 0.2), st.integers(1, 300), st.integers(1, 20)), max_size=30),
    looks=st.lists(st.floats(0, 1), max_size=10),
)
def test_whoever_looks_when_the_same_is_played(arrivals: list[tuple[float, int, int]], looks: list[float]) -> None:
    """Steps are decided by who came, not by who asked; and what is told as the earliest end never is too late."""
    figures = EngineFigures(
        slots=3, queue=100, step_ms=4, step_per_sequence_us=300, step_per_kv_token_us=5, step_per_prefill_token_us=20
    )
    calm, watched = Engine(figures), Engine(figures)
    events = sorted([*((at, 1, size) for at, *size in arrivals), *((at, 0, []) for at in looks)])
    told: list[tuple[Seat, float]] = []
    expected, got = [], []
    for at_s, arrives, size in events:
        if arrives:
            expected.append(seated(calm, at_s, *size))
            got.append(seated(watched, at_s, *size))
        else:
            watched.advance(at_s)
            told += [(seat, watched.earliest_done_s(seat, at_s)) for seat in got if not seat.over]
    run_out(calm)
    run_out(watched)
    assert [list(seat.token_s) for seat in got] == [list(seat.token_s) for seat in expected]
    for seat, (_, _, completion) in zip(got, sorted(arrivals, key=lambda one: one[0]), strict=True):
        assert len(seat.token_s) == completion or len({at for at, *_ in arrivals}) < len(arrivals)
        assert seat.token_s[0] > seat.arrived_s
        assert list(seat.token_s) == sorted(set(seat.token_s))
    for seat, earliest_s in told:
        assert earliest_s <= seat.token_s[-1] + 1e-9


def test_an_iteration_takes_as_many_times_as_long_as_everything_does_when_it_begins() -> None:
    engine = Engine(PLAIN, HOURS)
    seat = seated(engine, 3599.995, 1, 3)
    run_out(engine)
    assert ms(seat) == [3_600_005, 3_600_035, 3_600_065]


def test_when_all_is_faster_the_earliest_end_is_earlier() -> None:
    engine = Engine(PLAIN, Slowdown([LEAST] * 24))
    seat = seated(engine, 0.0, 1, 10)
    assert engine.earliest_done_s(seat, 0.0) == pytest.approx(0.06)
    run_out(engine)
    assert seat.token_s[-1] == pytest.approx(0.06)


def swept(rate_per_s: float, seconds: float = 60.0, seed: int = 7) -> tuple[float, float, float, float]:
    """Open load on the shipped engine: answers per second, median TTFT, median TPOT, and the share of good ones."""
    assert SHIPPED is not None
    engine, rng, at_s = Engine(SHIPPED), Random(f"{seed}/{rate_per_s}"), 0.0
    seats: list[tuple[float, Seat]] = []
    refused = 0
    while at_s < seconds:
        seat = engine.enter(at_s, rng.randint(50, 400), rng.randint(50, 150))
        if seat is None:
            refused += 1
        else:
            seats.append((at_s, seat))
        at_s += rng.expovariate(rate_per_s)
    run_out(engine)
    ttft = sorted(seat.token_s[0] - came for came, seat in seats)
    tpot = sorted((seat.token_s[-1] - seat.token_s[0]) / (len(seat.token_s) - 1) for _, seat in seats)
    good = sum(seat.token_s[0] - came < 0.5 for came, seat in seats) / (len(seats) + refused)
    done = sum(seat.token_s[-1] < seconds for _, seat in seats)
    return done / seconds, ttft[len(ttft) // 2], tpot[len(tpot) // 2], good


def test_there_is_a_knee() -> None:
    """Below it every answer comes, and in time; beyond it no more come, and hardly any of them in time."""
    rates = (2, 8, 16, 64)
    answered, ttft_s, tpot_s, good = zip(*map(swept, rates), strict=True)
    assert answered[0] == pytest.approx(2, rel=0.25)
    assert answered[1] == pytest.approx(8, rel=0.1)
    capacity = answered[3]
    assert capacity == pytest.approx(answered[2], rel=0.5)
    assert list(tpot_s) == sorted(tpot_s)
    assert tpot_s[2] > 1.3 * tpot_s[0]
    assert ttft_s[3] > 20 * ttft_s[0]
    assert good[0] > 0.99
    assert good[3] < 0.2
    assert good[3] * 64 < good[1] * 8  # goodput does not only stop growing: it collapses


def test_the_knee_is_where_the_documentation_has_it() -> None:
    """docs/latency.md: 19 answers a second; 47 ms and 25 ms at 16; seconds, and hardly any in time, at 24."""
    _, ttft_s, tpot_s, good = swept(16)
    assert ttft_s == pytest.approx(0.047, abs=0.0015)
    assert tpot_s == pytest.approx(0.025, abs=0.001)
    assert good > 0.99
    answered, ttft_s, _, good = swept(24, seconds=300)
    assert answered == pytest.approx(19, abs=0.5)
    assert ttft_s > 2
    assert good < 0.1
