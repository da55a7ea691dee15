"""POST /v1/chat/completions: decide what to answer, then have it played, as a stream or as a whole."""

import asyncio
from collections.abc import Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from msgspec.structs import replace

from profiles.catalogue import ModelFacts
from profiles.journal import Planned

from ..answer import Answer, Outcome, Silence
from ..chance import Chance
from ..faults import Asked, Fault
from ..latency import Cadence, SeatedCadence
from ..player import ChunkTimes
from ..question import Ending, Question
from ..request.reading import Reading, read_question
from ..wire.bodies import Usage
from ..wire.chunks import StreamFrames
from ..wire.errors import Refusal, unverified_organization
from .caching import cached
from .call import Call
from .envelope import check_gateway
from .limiting import Admission, admit
from .overrides import overrides_of
from .rendering import performance, whole_body
from .seating import Seats, seated
from .striking import edited, instead, struck

_DONE_S: Final = attrgetter("done_s")
_FIRST_BYTE_S: Final = attrgetter("first_byte_s")
_FIRST_S: Final = attrgetter("first_s")
_LONGEST_GAP_S: Final = attrgetter("longest_gap_s")
_UNTIL_THEY_LEAVE_S: Final = 365 * 86_400.0


class _Asked(NamedTuple):
    """A request that was admitted. `about` is what faults quote."""

    facts: ModelFacts
    chance: Chance
    faults: tuple[Fault, ...]
    about: Asked
    admission: Admission | None


class _Decided(NamedTuple):
    """What is answered, and what was asked."""

    answer: Answer
    reading: Reading


async def chat_completions(call: Call) -> None:
    """Answer one chat completion request."""
    asked = await _admitted(call)
    if not isinstance(asked, _Asked):
        await _instead(call, asked)
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
    if not isinstance(decided, _Decided):
        await _instead(call, decided)
        return None
    answer, reading = decided
    call.simulation.health.decided(call.simulation.clock.now() - call.trace.received_at)
    call.trace.reply_hash = answer.plan.reply_hash
    if not answer.unseated:
        speed = call.simulation.settings.speed
        if speed != 1:
            answer = answer._replace(cadences=tuple(cadence.scaled(1 / speed) for cadence in answer.cadences))
        _note_plan(call, answer, answer.cadences)
    if call.trace.stream and answer.delivery.end != "whole":
        answer = answer.shortened(answer.delivery.tokens)
    seats = seated(call, answer)
    if isinstance(seats, Refusal):
        await _instead(call, seats)
        return None
    try:
        if call.trace.stream:
            await _stream(call, answer, reading, seats)
        else:
            await _whole(call, answer, seats)
    finally:
        if seats is not None:
            _note_plan(call, answer, seats.cadences)
            seats.leave()
    usage = answer.plan.usage
    return usage if call.trace.hung_up_at is None else _used_until_left(call, usage)


async def _admitted(call: Call) -> _Asked | Refusal | Silence:
    """A request that edge, gateway and limiter let pass, in this order."""
    simulation, envelope = call.simulation, call.envelope
    seen = call.trace.question = envelope.identity
    chance = Chance(simulation.settings.seed, seen, simulation.ordinals.next(seen))
    faults = struck(call, chance)
    if isinstance(faults, Refusal):
        return faults
    about = Asked(call.trace.id)
    if faults:
        outcome = instead(faults, "edge", about)
        if outcome is not None and not isinstance(outcome, Answer):
            return outcome
    facts = check_gateway(envelope, simulation)
    if isinstance(facts, Refusal):
        return facts
    call.trace.known_model = facts.snapshot
    if faults:
        about = Asked(call.trace.id, facts.pool, f"organization {call.account.organization_id}")
        outcome = instead(faults, "limiter", about)
        if outcome is not None and not isinstance(outcome, Answer):
            return outcome
    admission = await admit(call, facts, envelope.body.conversation)
    return admission if isinstance(admission, Refusal) else _Asked(facts, chance, faults, about, admission)


async def _decide(call: Call, asked: _Asked) -> _Decided | Outcome:
    """What to answer. The application may refuse; nothing is generated then."""
    simulation, envelope = call.simulation, call.envelope
    facts, chance, faults = asked.facts, asked.chance, asked.faults
    body = envelope.body.fields or {}
    reading = simulation.readings.get(call.content, lambda: read_question(body, facts, envelope.body.conversation))
    if isinstance(reading, Refusal):
        return reading
    if call.trace.stream and facts.reasoning and not call.member.verified:
        return unverified_organization()
    wanted = overrides_of(call)
    if isinstance(wanted, Refusal):
        return wanted
    if faults:
        outcome = instead(faults, "application", asked.about)
        if outcome is not None:
            return outcome
    question, composer = wanted.question(reading.question), simulation.composer
    if question.n > 1:
        for _ in composer.write_ahead(question, chance):
            await asyncio.sleep(0)
    created = int(simulation.clock.wall(call.trace.received_at))
    at = simulation.clock.simulated(call.trace.received_at)
    cache = cached(call, facts, body, reading)

    # No function with a name: Python would evaluate its annotations for every request, longer than a cadence takes.
    answer = edited(
        faults,
        lambda ending: wanted.answer(
            composer.compose(_to_end(question, ending), chance, created, simulation.entropy, cache=cache, at=at)
        ),
        asked.about,
    )
    return _Decided(answer, reading)


def _to_end(question: Question, ending: Ending | None) -> Question:
    """The question, to be answered with this ending."""
    return question if ending is None else replace(question, ending=ending)


async def _instead(call: Call, outcome: Outcome) -> None:
    """Refuse, or say nothing until the client has left or the connection is to end."""
    match outcome:
        case Refusal():
            await call.refuse(outcome)
        case Silence(wait_s=wait_s, end=end):
            simulation, trace = call.simulation, call.trace
            quiet_s = _UNTIL_THEY_LEAVE_S if wait_s is None else wait_s / simulation.settings.speed
            if await simulation.player.wait_until(trace.received_at + quiet_s, call.scope, call.receive):
                trace.done_at = simulation.clock.now()
                await simulation.player.break_off(call.scope, call.receive, end)
            else:
                trace.hung_up_at = simulation.clock.now()


def _used_until_left(call: Call, usage: Usage) -> Usage:
    """What counts as used when the client has left: what it was sent, and what was thought before."""
    said = min(usage.completion_tokens, usage.reasoning_tokens + call.trace.sent_tokens)
    return usage._replace(completion_tokens=said)


def _note_plan(call: Call, answer: Answer, cadences: Sequence[Cadence | SeatedCadence]) -> None:
    first_s = min(map(_FIRST_S, cadences))
    done_s = max(map(_DONE_S, cadences))
    longest_gap_ms = max(map(_LONGEST_GAP_S, cadences)) * 1000 if call.trace.fault is not None else None
    call.trace.planned = Planned(first_s * 1000, done_s * 1000, answer.plan.usage.completion_tokens, longest_gap_ms)


async def _stream(call: Call, answer: Answer, reading: Reading, seats: Seats | None) -> None:
    simulation, trace = call.simulation, call.trace
    plan, delivery = answer.plan, answer.delivery
    rhythms: Sequence[Cadence | SeatedCadence] = answer.cadences
    if seats is not None:
        rhythms = seats.cadences
        if not await seats.begun(call):
            trace.hung_up_at = simulation.clock.now()
            return
    frames = StreamFrames(
        plan.head,
        plan.usage if reading.include_usage else None,
        simulation.entropy if reading.obfuscated else None,
        shows_usage=delivery.shows_usage,
    )
    playback = performance(answer, frames, rhythms, t0=trace.received_at, trace=trace, chance=simulation.entropy)
    first_byte_s = min(map(_FIRST_BYTE_S, rhythms))
    if simulation.settings.journal_chunks:
        trace.chunks = []
        playback = ChunkTimes(playback, trace, trace.chunks)
    headers = call.headers(delivery.content_type or "text/event-stream; charset=utf-8", round(first_byte_s * 1000))
    trace.status = 200
    await simulation.player.stream(playback, headers, call.scope, call.receive, call.send)
    if trace.headers_at is None:
        trace.status = None


async def _whole(call: Call, answer: Answer, seats: Seats | None) -> None:
    """The unstreamed answer: it takes as long as its stream would."""
    simulation, trace, delivery = call.simulation, call.trace, answer.delivery
    rhythms: Sequence[Cadence | SeatedCadence] = answer.cadences
    if seats is not None:
        rhythms = seats.cadences
        if not await seats.over(call):
            trace.hung_up_at = simulation.clock.now()
            return
    done_s = max(map(_DONE_S, rhythms))
    if not await simulation.player.wait_until(trace.received_at + done_s, call.scope, call.receive):
        trace.hung_up_at = simulation.clock.now()
        return
    body = whole_body(answer)
    headers = call.headers(delivery.content_type or "application/json", call.elapsed_ms())
    part = body
    if delivery.end != "whole" and delivery.body is None:
        part = body[: len(body) * delivery.tokens // (answer.tokens or 1)]
    if delivery.end in ("cut", "reset"):
        await call.begin(200, headers, part, of=len(body))
        await simulation.player.break_off(call.scope, call.receive, delivery.end)
    else:
        await call.respond(200, headers, part)
    if trace.done_at is None:
        return
    trace.first_token_at = trace.last_token_at = trace.done_at
    trace.sent_tokens = sum(len(choice.reply) for choice in answer.plan.choices)
