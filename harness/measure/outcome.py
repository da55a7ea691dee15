"""The verdict on one attempt. Success is only what is proven complete; everything else has a name."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import orjson

from profiles.record import Outcome

from .timeline import Failure, FailureKind, Reply, Timeline, ToolCall, Usage

FEWER_THAN_COUNTED: Final = 1
MORE_THAN_COUNTED: Final = 3
MORE_THAN_COUNTED_REASONING: Final = 16
"""How far stated completion tokens may lie from our own count of the text before they count as differing: the real API
adds 0 or 1 (9 to 14 after reasoning), and a reply cut inside a character loses up to two tokens."""

_FAILED: Final[Mapping[FailureKind, tuple[Outcome, str]]] = {
    "first_token_timeout": ("timeout", "first_token"),
    "total_timeout": ("timeout", "total"),
    "idle_timeout": ("stalled", "idle"),
    "protocol": ("malformed", "http"),
}


class Judged(msgspec.Struct, frozen=True):
    """How an attempt ended; `detail` says more, several details of a complete answer are joined by commas."""

    outcome: Outcome
    detail: str | None = None


def judge(timeline: Timeline, problems: Sequence[str] = (), counted: int | None = None) -> Judged:
    """How this attempt ended.

    `problems` are failed expectations about the content. `counted` is our own count of the reply's tokens where one can
    be made. What comes first decides: a cancel or a planned hang-up, a failed connect, a status other than 200, an
    answer proven complete (whatever the connection did after `[DONE]`), an error or nonsense inside the answer, a
    failure, a missing end.
    """
    failure, reply = timeline.failure, timeline.reply
    if failure is not None and failure.kind == "cancelled":
        return Judged("cancelled")
    if failure is not None and failure.kind == "abandoned":
        return Judged("abandoned")
    if failure is not None and failure.during == "connect":
        return Judged("connect_error", "timeout" if failure.kind == "connect_timeout" else failure.kind)
    if timeline.status is not None and timeline.status != 200:
        return _refused(timeline.status, timeline.error)
    if reply.error is not None:
        return Judged("stream_error", _code(reply.error))
    if reply.malformed is not None:
        return Judged("malformed", reply.malformed)
    if failure is not None and not _proven(timeline):
        return _failed(failure)
    if not _proven(timeline):
        return Judged("truncated", "no_finish_reason" if reply.finish_reason is None else "no_done")
    return _whole(timeline, problems, counted)


def _proven(timeline: Timeline) -> bool:
    """Whether the answer's own end was seen: finish_reason, and of a stream `[DONE]`."""
    return timeline.reply.finish_reason is not None and (timeline.reply.done_seen or not timeline.stream)


def _failed(failure: Failure) -> Judged:
    outcome, detail = _FAILED.get(failure.kind, ("disconnected", failure.kind))
    return Judged(outcome, detail)


def _refused(status: int, error: Mapping[str, Any] | None) -> Judged:
    detail = _code(error) if error is not None else None
    if status == 429:
        quota = error is not None and "insufficient_quota" in (error.get("code"), error.get("type"))
        return Judged("quota_exhausted" if quota else "rate_limited", detail)
    if status >= 500:
        return Judged("server_error", detail or f"http_{status}")
    if status >= 400:
        return Judged("client_error", detail or f"http_{status}")
    return Judged("malformed", f"http_{status}")


def _code(error: Mapping[str, Any]) -> str | None:
    """What an error object calls itself: its code, else its type."""
    name = error.get("code") or error.get("type")
    return None if name is None else str(name)


def _whole(timeline: Timeline, problems: Sequence[str], counted: int | None) -> Judged:
    """The verdict on an answer that came whole: is there content, is it as expected, is the usage right."""
    reply = timeline.reply
    if reply.finish_reason == "content_filter":
        return Judged("invalid_content", "content_filter")
    if not (reply.text or reply.refusal or reply.tool_calls):
        return Judged("empty", "length" if reply.finish_reason == "length" else None)
    if reply.finish_reason != "length" and not all(map(_callable, reply.tool_calls)):
        return Judged("invalid_content", "tool_calls: a call without a name, or arguments that are not JSON")
    if problems:
        return Judged("invalid_content", problems[0])
    return Judged("complete", ",".join(_details(reply, timeline.usage_asked, counted)) or None)


def _callable(call: ToolCall) -> bool:
    try:
        orjson.loads(call.arguments)
    except orjson.JSONDecodeError:
        return False
    return bool(call.name)


def _details(reply: Reply, usage_asked: bool, counted: int | None) -> list[str]:
    details = ["length"] if reply.finish_reason == "length" else []
    if reply.usage is None:
        return [*details, "usage_missing"] if usage_asked else details
    return [*details, "usage_mismatch"] if _differs(reply.usage, counted) else details


def _differs(usage: Usage, counted: int | None) -> bool:
    if usage.total is not None and usage.total != usage.prompt + usage.completion:
        return True
    if counted is None:
        return False
    most = MORE_THAN_COUNTED_REASONING if usage.reasoning else MORE_THAN_COUNTED
    return not -FEWER_THAN_COUNTED <= usage.visible - counted <= most
