"""From a plan to what is played: the body of a whole answer, or the frames of a stream in time."""

from collections.abc import Sequence
from random import Random

from ..answer import Answer, Choice, Delivery
from ..latency import Cadence, SeatedCadence
from ..player import (
    BrokenFrames,
    BrokenOff,
    DisturbedFrames,
    EnsemblePlayback,
    LastWords,
    Performance,
    SeatedPlayback,
    StreamPlayback,
    Trace,
    Voice,
    VoiceTrace,
)
from ..player.playback import Frames
from ..reply import Reply
from ..wire.bodies import WholeChoice, chat_completion, message
from ..wire.call_chunks import CallsFrames, slices, whole_slices
from ..wire.chunks import ChoiceFrames, StreamFrames
from ..wire.deltas import REFUSAL, TEXT, CallHead, legacy_call, only_call
from ..wire.logprobs import LogprobFrames, logprobs_of


def whole_body(answer: Answer) -> bytes:
    """The body of an unstreamed answer, disturbed where it has to be; where it breaks off is not decided here."""
    plan, delivery = answer.plan, answer.delivery
    body = chat_completion(plan.head, map(_whole, plan.choices), plan.usage if delivery.shows_usage else None)
    if delivery.body is not None:
        return delivery.body
    for disturbance in delivery.disturbances:
        body = disturbance.change(body)
    return body


def performance(
    answer: Answer,
    frames: StreamFrames,
    rhythms: Sequence[Cadence | SeatedCadence],
    *,
    t0: float,
    trace: Trace,
    chance: Random,
) -> Performance:
    """A streamed answer in time, its choices in these rhythms.

    `t0` is when the request had arrived. `chance` cuts the fragments of calls.
    """
    delivery = answer.delivery
    played = _played(answer, frames, rhythms, t0=t0, trace=trace, chance=chance)
    return BrokenOff(played, delivery.end) if delivery.end in ("cut", "reset") else played


def _played(
    answer: Answer,
    frames: StreamFrames,
    rhythms: Sequence[Cadence | SeatedCadence],
    *,
    t0: float,
    trace: Trace,
    chance: Random,
) -> Performance:
    choices, delivery = answer.plan.choices, answer.delivery
    if len(choices) == 1:
        reply, voiced = _voiced(frames, choices[0], 0, chance, alone=True)
        voiced = _delivered(voiced, delivery, delivery.last_words)
        return _playback(t0, voiced, reply, rhythms[0], trace)
    voices = []
    for index, (choice, rhythm) in enumerate(zip(choices, rhythms, strict=True)):
        reply, voiced = _voiced(frames, choice, index, chance, alone=False)
        if index == 0 or delivery.end != "whole":
            voiced = _delivered(voiced, delivery, b"")
        note = VoiceTrace()
        voices.append(Voice(_playback(t0, voiced, reply, rhythm, note), note))
    closing = frames if delivery.end == "whole" else LastWords(delivery.last_words)
    return EnsemblePlayback(voices, closing, trace)


def _playback(t0: float, frames: Frames, reply: Reply, rhythm: Cadence | SeatedCadence, trace: Trace) -> StreamPlayback:
    if isinstance(rhythm, SeatedCadence):
        return SeatedPlayback(t0, frames, reply, rhythm, trace)
    return StreamPlayback(t0, frames, reply, rhythm, trace)


def _delivered(frames: Frames, delivery: Delivery, last_words: bytes) -> Frames:
    """Frames as they are delivered."""
    for disturbance in delivery.disturbances:
        frames = DisturbedFrames(frames, disturbance.tokens, disturbance.change)
    return frames if delivery.end == "whole" else BrokenFrames(frames, last_words)


def _whole(choice: Choice) -> WholeChoice:
    reply = choice.reply
    if reply.calls and not choice.call_ids:
        call = reply.calls[0]
        said = message(None, function_call={"name": call.name, "arguments": call.arguments})
    elif reply.calls:
        calls = [head.to_dict(call.arguments) for head, call in zip(_heads(choice), reply.calls, strict=True)]
        said = message(None, tool_calls=calls)
    elif reply.refusal:
        said = message(None, refusal=reply.text)
    else:
        said = message(reply.text)
    judged = None if choice.logprobs is None else logprobs_of(choice.logprobs, refusal=reply.refusal)
    return WholeChoice(said, reply.finish_reason, judged)


def _voiced(stream: StreamFrames, choice: Choice, index: int, chance: Random, *, alone: bool) -> tuple[Reply, Frames]:
    """The frames of a choice, and its reply with tokens that end where frames do."""
    reply, finish = choice.reply, choice.reply.finish_reason
    if len(reply.calls) > 1:
        cut = slices([call.arguments for call in reply.calls], chance)
        heads = zip(_heads(choice), (call.arguments for call in reply.calls), strict=True)
        sliced = Reply(reply.text, whole_slices(reply.ends, cut), finish, reply.calls)
        return sliced, CallsFrames(stream, finish, list(heads), cut, index=index, alone=alone)
    if choice.logprobs is not None:
        return reply, LogprobFrames(
            stream, finish, reply.ends, choice.logprobs, refusal=reply.refusal, index=index, alone=alone
        )
    deltas = TEXT
    if reply.calls:
        deltas = only_call(_heads(choice)[0]) if choice.call_ids else legacy_call(reply.calls[0].name)
    elif reply.refusal:
        deltas = REFUSAL
    return reply, ChoiceFrames(stream, finish, deltas, index=index, alone=alone)


def _heads(choice: Choice) -> list[CallHead]:
    return [CallHead(id_, call.name, call.kind) for id_, call in zip(choice.call_ids, choice.reply.calls, strict=True)]
