"""What the model says in one piece, and what the API says when it refuses: JSON bodies read without trust."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from ..measure.timeline import Reply, ToolCall, Usage

_NO_DETAILS: Final[Mapping[str, Any]] = {}


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
        prompt, completion, total = value["prompt_tokens"], value["completion_tokens"], value.get("total_tokens")
        cached = (value.get("prompt_tokens_details") or _NO_DETAILS).get("cached_tokens")
        reasoning = (value.get("completion_tokens_details") or _NO_DETAILS).get("reasoning_tokens")
    except (KeyError, TypeError, AttributeError):
        return None
    for count in (prompt, completion, total, cached, reasoning):
        if count is not None and (type(count) is not int or count < 0):
            return None
    return None if prompt is None or completion is None else Usage(prompt, completion, total, cached, reasoning)


def _reply(completion: dict[str, Any]) -> Reply:
    choices = completion["choices"]
    message = choices[0]["message"]
    reasons = [choice["finish_reason"] for choice in choices]
    for reason in reasons:
        if not reason or not isinstance(reason, str):
            return Reply(malformed="no_finish_reason")
    return Reply(
        text=_text(message.get("content")),
        refusal=_text(message.get("refusal")),
        tool_calls=tuple(map(_call, message.get("tool_calls") or ())),
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
