"""POST /v1/chat/completions: decide what to answer, then have it played, as a stream or as a whole."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Final, NoReturn

from profiles.catalogue import ModelFacts
from profiles.journal import Planned

from ..chance import Chance
from ..faults import NO_FAULT, Fault
from ..latency import Cadence
from ..plan import Answer, ReplyPlan
from ..request.reading import Reading, read_question
from ..wire.bodies import Usage
from ..wire.chunks import StreamFrames
from ..wire.errors import Refusal, unverified_organization
from .caching import cached
from .call import Call
from .envelope import check_gateway
from .limiting import Admission, admit
from .overrides import ending_of
from .rendering import performance, whole_body

_DONE_S: Final = attrgetter("done_s")
_FIRST_S: Final = attrgetter("first_s")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that was admitted."""

    facts: ModelFacts
    chance: Chance
    fault: Fault
    admission: Admission | None


async def chat_completions(call: Call) -> None:
    """Answer one chat completion request."""
    asked = await _admitted(call)
    if isinstance(asked, Refusal):
        await call.refuse(asked)
        return
    used: Usage | None = None
    try:
        used = await _answer(call, asked)
    finally:
        if asked.admission is not None:
            await asked.admission.close(call, asked.facts, used)


async def _answer(call: Call, asked: _Asked) -> Usage | None:
    """Answer what was admitted; what was used for it, None for a refusal."""
    decided = await _decide(call, asked)
    if isinstance(decided, Refusal):
        await call.refuse(decided)
        return None
    answer, reading = decided
    cadences = tuple(_in_real_seconds(call, cadence) for cadence in answer.cadences)
    _note_plan(call, answer.plan, cadences)
    if call.trace.stream:
        await _stream(call, answer.plan, cadences, reading)
    else:
        await _whole(call, answer.plan, cadences)
    return answer.plan.usage if call.trace.hung_up_at is None else _used_until_left(call, answer.plan.usage)


async def _admitted(call: Call) -> _Asked | Refusal:
    """A request that edge, gateway and limiter let pass, in this order."""
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
    admission = await admit(call, facts, envelope.body.conversation)
    return admission if isinstance(admission, Refusal) else _Asked(facts, chance, fault, admission)


async def _decide(call: Call, asked: _Asked) -> tuple[Answer, Reading] | Refusal:
    """What to answer. The application may refuse; nothing is generated then."""
    simulation, envelope = call.simulation, call.envelope
    facts, chance, fault = asked.facts, asked.chance, asked.fault
    body = envelope.body.fields or {}
    reading = simulation.readings.get(call.content, lambda: read_question(body, facts, envelope.body.conversation))
    if isinstance(reading, Refusal):
        return reading
    if call.trace.stream and facts.reasoning and not call.member.verified:
        return unverified_organization()
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


def _used_until_left(call: Call, usage: Usage) -> Usage:
    """What counts as used when the client has left: what it was sent, and what was thought before."""
    said = min(usage.completion_tokens, usage.reasoning_tokens + call.trace.sent_tokens)
    return replace(usage, completion_tokens=said)


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
