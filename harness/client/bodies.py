"""What the model says in one piece, and what the API says when it refuses: JSON bodies read without trust."""

from collections.abc import Mapping
from typing import Any

import orjson

from ..measure.timeline import Reply, ToolCall, Usage


def reply_of(body: bytes) -> Reply:
    """The reply in the body of an unstreamed answer; `malformed` says what is wrong with one that is none."""
    try:
        completion = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Reply(malformed="json")
    error = error_of(completion)
    if error is not None:
        return Reply(error=error)
    try:
        return _reply(completion)
    except (KeyError, IndexError, TypeError, AttributeError):
        return Reply(malformed="body")


def error_of(value: Any) -> Mapping[str, Any] | None:
    """The error object in a JSON body, however it is wrapped; None where there is none."""
    error = value.get("error") if isinstance(value, dict) else None
    if not error:
        return None
    return error if isinstance(error, dict) else {"message": str(error)}


def usage_of(value: Any) -> Usage | None:
    """The usage object, or None when there is none or it is not one."""
    try:
        return Usage(
            prompt=_count(value["prompt_tokens"]),
            completion=_count(value["completion_tokens"]),
            total=None if value.get("total_tokens") is None else _count(value["total_tokens"]),
            cached=_detail(value, "prompt_tokens_details", "cached_tokens"),
            reasoning=_detail(value, "completion_tokens_details", "reasoning_tokens"),
        )
    except (KeyError, TypeError, AttributeError):
        return None


def _reply(completion: dict[str, Any]) -> Reply:
    choices = completion["choices"]
    message = choices[0]["message"]
    reasons = [choice["finish_reason"] for choice in choices]
    if not all(isinstance(reason, str) and reason for reason in reasons):
        return Reply(malformed="no_finish_reason")
    calls = message.get("tool_calls") or ()
    return Reply(
        text=_text(message.get("content")),
        refusal=_text(message.get("refusal")),
        tool_calls=tuple(_call(call) for call in calls),
        finish_reason=reasons[0],
        usage=usage_of(completion.get("usage")),
        model=_text(completion.get("model")) or None,
        choices=len(choices),
    )


def _call(call: dict[str, Any]) -> ToolCall:
    function = call["function"]
    return ToolCall(_text(call["id"]), _text(function["name"]), _text(function["arguments"]))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("not a count")
    return value


def _detail(usage: dict[str, Any], group: str, name: str) -> int | None:
    value = (usage.get(group) or {}).get(name)
    return None if value is None else _count(value)
