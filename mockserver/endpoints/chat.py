"""POST /v1/chat/completions: decide what to answer, then have it played, as a stream or as a whole."""

from typing import NoReturn

from profiles.journal import Planned

from ..chance import Chance
from ..faults import NO_FAULT
from ..latency import Cadence
from ..plan import Answer, ReplyPlan
from ..player import StreamPlayback
from ..wire.bodies import chat_completion
from ..wire.chunks import ChunkFrames
from ..wire.errors import Refusal
from .call import Call
from .envelope import check_gateway
from .limiting import admit
from .reading import Reading, conversation_of, read_question


async def chat_completions(call: Call) -> None:
    """Answer one chat completion request."""
    decided = await _decide(call)
    if isinstance(decided, Refusal):
        await call.refuse(decided)
        return
    answer, reading = decided
    cadence = _in_real_seconds(call, answer.cadence)
    _note_plan(call, answer.plan, cadence)
    if call.trace.stream:
        await _stream(call, answer.plan, cadence, reading)
    else:
        await _whole(call, answer.plan, cadence)


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
    body = envelope.fields or {}
    conversation = conversation_of(body)
    refusal = await admit(call, facts, conversation)
    if refusal is not None:
        return refusal
    reading = read_question(body, facts, conversation)
    if isinstance(reading, Refusal):
        return reading
    if fault is not NO_FAULT:
        call.trace.fault = fault.kind
    created = int(simulation.clock.wall(call.trace.received_at))
    answer = fault.edit(
        lambda: simulation.composer.compose(reading.question, chance, created, simulation.entropy), call.trace.id
    )
    return answer if isinstance(answer, Refusal) else (answer, reading)


def _nothing() -> NoReturn:
    raise AssertionError("a fault of the edge strikes before anything is composed")


def _in_real_seconds(call: Call, cadence: Cadence) -> Cadence:
    speed = call.simulation.settings.speed
    return cadence if speed == 1 else cadence.scaled(1 / speed)


def _note_plan(call: Call, plan: ReplyPlan, cadence: Cadence) -> None:
    first_s = cadence.token_s[0] if cadence.token_s else cadence.first_byte_s
    call.trace.planned = Planned(first_s * 1000, cadence.done_s * 1000, plan.usage.completion_tokens)
    call.trace.reply_hash = plan.reply_hash


async def _stream(call: Call, plan: ReplyPlan, cadence: Cadence, reading: Reading) -> None:
    frames = ChunkFrames(
        plan.head,
        plan.reply.finish_reason,
        plan.usage if reading.include_usage else None,
        call.simulation.entropy if reading.obfuscated else None,
    )
    playback = StreamPlayback(call.trace.received_at, frames, plan.reply, cadence, call.trace)
    headers = call.headers("text/event-stream; charset=utf-8", round(cadence.first_byte_s * 1000))
    call.trace.status = 200
    await call.simulation.player.stream(playback, headers)(call.scope, call.receive, call.send)
    if call.trace.headers_at is None:
        call.trace.status = None


async def _whole(call: Call, plan: ReplyPlan, cadence: Cadence) -> None:
    """The unstreamed answer: it takes as long as its stream would."""
    simulation, trace = call.simulation, call.trace
    if not await simulation.player.wait_until(trace.received_at + cadence.done_s, call.scope, call.receive):
        trace.hung_up_at = simulation.clock.now()
        return
    body = chat_completion(plan.head, plan.reply.text, plan.reply.finish_reason, plan.usage)
    await call.respond(200, call.headers("application/json", call.elapsed_ms()), body)
    trace.first_token_at = trace.last_token_at = trace.done_at
    trace.sent_tokens = plan.usage.completion_tokens
