"""POST /v1/chat/completions: decide what to answer, then have it played, as a stream or as a whole."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final, NoReturn

from profiles.journal import Planned

from ..chance import Chance
from ..faults import NO_FAULT
from ..latency import Cadence
from ..plan import Answer, ReplyPlan
from ..request.reading import Reading, read_question
from ..wire.chunks import StreamFrames
from ..wire.errors import Refusal
from .caching import cached
from .call import Call
from .envelope import check_gateway
from .limiting import admit
from .overrides import ending_of
from .rendering import performance, whole_body

_DONE_S: Final = attrgetter("done_s")
_FIRST_S: Final = attrgetter("first_s")


async def chat_completions(call: Call) -> None:
    """Answer one chat completion request."""
    decided = await _decide(call)
    if isinstance(decided, Refusal):
        await call.refuse(decided)
        return
    answer, reading = decided
    cadences = tuple(_in_real_seconds(call, cadence) for cadence in answer.cadences)
    _note_plan(call, answer.plan, cadences)
    if call.trace.stream:
        await _stream(call, answer.plan, cadences, reading)
    else:
        await _whole(call, answer.plan, cadences)


async def _decide(call: Call) -> tuple[Answer, Reading] | Refusal:
    """What to answer. Edge, gateway, limiter and application may refuse, in this order; nothing is generated then."""
    simulation, envelope = call.simulation, call.envelope
    seen = envelope.identity
    chance = Chance(simulation.settings.seed, seen, simulation.ordinals.next(seen))
    fault = simulation.faults.draw(chance.of_request("fault"))
    if fault.layer == "edge":
        call.trace.fault = fault.kind
        return fault.edit(_nothing, call.trace.id)
    facts = check_gateway(envelope, simulation)
    if isinstance(facts, Refusal):
        return facts
    refusal = await admit(call, facts, envelope.body.conversation)
    if refusal is not None:
        return refusal
    body = envelope.body.fields or {}
    reading = simulation.readings.get(call.content, lambda: read_question(body, facts, envelope.body.conversation))
    if isinstance(reading, Refusal):
        return reading
    ending = ending_of(call)
    if isinstance(ending, Refusal):
        return ending
    if ending is not None:
        reading = replace(reading, question=replace(reading.question, ending=ending))
    if fault is not NO_FAULT:
        call.trace.fault = fault.kind
    elif reading.question.n > 1:
        for _ in simulation.composer.write_ahead(reading.question, chance):
            await asyncio.sleep(0)
    created = int(simulation.clock.wall(call.trace.received_at))
    answer = fault.edit(
        lambda: simulation.composer.compose(
            reading.question, chance, created, simulation.entropy, cache=cached(call, facts, body, reading)
        ),
        call.trace.id,
    )
    return answer if isinstance(answer, Refusal) else (answer, reading)


def _nothing() -> NoReturn:
    raise AssertionError("a fault of the edge strikes before anything is composed")


def _in_real_seconds(call: Call, cadence: Cadence) -> Cadence:
    speed = call.simulation.settings.speed
    return cadence if speed == 1 else cadence.scaled(1 / speed)


def _note_plan(call: Call, plan: ReplyPlan, cadences: Sequence[Cadence]) -> None:
    first_s = min(map(_FIRST_S, cadences))
    done_s = max(map(_DONE_S, cadences))
    call.trace.planned = Planned(first_s * 1000, done_s * 1000, plan.usage.completion_tokens)
    call.trace.reply_hash = plan.reply_hash


async def _stream(call: Call, plan: ReplyPlan, cadences: Sequence[Cadence], reading: Reading) -> None:
    simulation, trace = call.simulation, call.trace
    frames = StreamFrames(
        plan.head,
        plan.usage if reading.include_usage else None,
        simulation.entropy if reading.obfuscated else None,
    )
    playback = performance(plan, cadences, frames, t0=trace.received_at, trace=trace, chance=simulation.entropy)
    first_byte_s = min(cadence.first_byte_s for cadence in cadences)
    headers = call.headers("text/event-stream; charset=utf-8", round(first_byte_s * 1000))
    trace.status = 200
    await simulation.player.stream(playback, headers)(call.scope, call.receive, call.send)
    if trace.headers_at is None:
        trace.status = None


async def _whole(call: Call, plan: ReplyPlan, cadences: Sequence[Cadence]) -> None:
    """The unstreamed answer: it takes as long as its stream would."""
    simulation, trace = call.simulation, call.trace
    done_s = max(map(_DONE_S, cadences))
    if not await simulation.player.wait_until(trace.received_at + done_s, call.scope, call.receive):
        trace.hung_up_at = simulation.clock.now()
        return
    body = whole_body(plan)
    await call.respond(200, call.headers("application/json", call.elapsed_ms()), body)
    trace.first_token_at = trace.last_token_at = trace.done_at
    trace.sent_tokens = sum(len(choice.reply) for choice in plan.choices)
