"""What is known of a seated answer's rhythm, as time goes by."""

import math
from array import array
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.latency.cadence import Cadence
from mockserver.latency.engine import Engine, EngineFigures
from mockserver.latency.seating import SeatedCadence, alone

approx: Any = pytest.approx
LARGE: Any = EngineFigures(
    slots=2,
    queue=0,
    step_ms=7,
    step_per_sequence_us=300,
    step_per_kv_token_us=5,
    step_per_prefill_token_us=20,
    prefill_chunk_tokens=64,
)
FIGURES = EngineFigures(slots=1, queue=5, step_ms=10)
NOTHING_SAID = array("d")


def seated(
    engine: Engine,
    at_s: float,
    tokens: int,
    *,
    hidden: int = 0,
    edited: Cadence | None = None,
    lead_s: float = 0.0,
    scale: float = 1.0,
) -> SeatedCadence:
    seat = engine.enter(at_s, 1, hidden + tokens)
    assert seat is not None
    unedited = alone(FIGURES, 1, hidden + tokens).led_by(lead_s).after(hidden)
    return SeatedCadence(engine, seat, hidden=hidden, edited=edited or unedited, unedited=unedited, scale=scale)


def test_it_knows_one_iteration_ahead_and_when_to_ask_again() -> None:
    cadence = seated(Engine(FIGURES), 5.0, 3)
    cadence.settle(0.0)
    assert list(cadence.token_s) == approx([0.01, 0.01, math.inf])
    assert (cadence.begun, cadence.over) == (True, False)
    assert cadence.first_byte_s == approx(0.01)
    cadence.settle(0.0101)
    assert list(cadence.token_s) == approx([0.01, 0.02, 0.02])
    cadence.settle(0.0201)
    assert list(cadence.token_s) == approx([0.01, 0.02, 0.03])
    assert (cadence.over, cadence.done_s) == (True, approx(0.03))


def test_who_waits_for_a_slot_asks_after_each_iteration() -> None:
    engine = Engine(FIGURES)
    first, second = seated(engine, 0.0, 2), seated(engine, 0.001, 1)
    second.settle(0.0)
    assert (second.begun, second.first_byte_s) == (False, approx(0.009))
    second.settle(0.012)
    assert (second.begun, second.first_byte_s) == (False, approx(0.019))
    second.settle(0.0191)
    assert (second.begun, second.first_byte_s) == (True, approx(0.029))
    first.settle(0.02)
    assert first.over


def test_hidden_tokens_take_their_time_and_are_not_seen() -> None:
    cadence = seated(Engine(FIGURES), 0.0, 1, hidden=3)
    cadence.settle(0.035)
    assert list(cadence.token_s) == approx([0.04])
    only_thoughts = seated(Engine(FIGURES), 0.0, 0, hidden=3)
    only_thoughts.settle(0.005)
    assert (only_thoughts.begun, only_thoughts.over) == (False, False)
    only_thoughts.settle(0.025)
    assert (only_thoughts.over, only_thoughts.first_byte_s, only_thoughts.done_s) == (
        True,
        approx(0.03),
        approx(0.03),
    )


def test_a_faster_clock_makes_it_shorter() -> None:
    cadence = seated(Engine(FIGURES), 5.0, 2, scale=0.1)
    cadence.settle(0.0015)
    assert list(cadence.token_s) == approx([0.001, 0.002])


def test_headers_lead_as_the_profile_says() -> None:
    cadence = seated(Engine(FIGURES), 0.0, 2, lead_s=0.004)
    cadence.settle(0.0)
    assert (cadence.first_byte_s, cadence.first_s) == (approx(0.006), approx(0.01))


def test_what_a_fault_adds_comes_on_top_of_what_the_engine_says() -> None:
    engine = Engine(FIGURES)
    stalled = Cadence(0.01, array("d", [0.01, 5.02, 5.03]))
    seated(engine, 0.0, 2)
    cadence = seated(engine, 0.0, 3, edited=stalled)
    cadence.settle(1.0)
    assert list(cadence.token_s) == approx([0.03, 5.04, 5.05])


def test_the_look_ahead_never_is_too_late() -> None:
    engine = Engine(FIGURES)
    other, cadence = seated(engine, 0.0, 30), seated(engine, 0.0, 10)
    told, now_s = [], 0.0
    while not cadence.over:
        told.append(cadence.look_ahead(now_s))
        now_s = max(told[-1], now_s + 0.001)
    assert other.token_s
    assert max(told) == cadence.done_s
    assert len(told) < 45  # it does not ask for every token


@given(prompt=st.integers(1, 400), cached=st.integers(0, 400), tokens=st.integers(0, 60))
def test_who_is_alone_has_what_stepping_would_come_to(prompt: int, cached: int, tokens: int) -> None:
    engine = Engine(LARGE)
    seat = engine.enter(0.0, prompt, tokens, min(cached, prompt))
    assert seat is not None
    engine.advance(math.inf)
    found = alone(LARGE, prompt, tokens, min(cached, prompt))
    assert found.first_byte_s == approx(seat.token_s[0])
    assert list(found.token_s) == approx(list(seat.token_s[:tokens]))
