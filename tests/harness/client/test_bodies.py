from typing import Any

import orjson
import pytest

from harness.client.bodies import error_of, reply_of
from harness.measure.timeline import Reply, ToolCall, Usage

USAGE = {
    "prompt_tokens": 9,
    "completion_tokens": 70,
    "total_tokens": 79,
    "prompt_tokens_details": {"cached_tokens": 4},
    "completion_tokens_details": {"reasoning_tokens": 64},
}


def body(message: Any, reason: Any = "stop", **fields: Any) -> bytes:
    return orjson.dumps({"model": "m-1", "choices": [{"message": message, "finish_reason": reason}], **fields})


def test_a_completion_is_its_text_reason_usage_and_model() -> None:
    assert reply_of(body({"content": "Hello", "refusal": None}, usage=USAGE)) == Reply(
        text="Hello", finish_reason="stop", usage=Usage(9, 70, 79, cached=4, reasoning=64), model="m-1"
    )


def test_tool_calls_and_refusals_are_read() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    assert reply_of(body({"content": None, "tool_calls": [call]})).tool_calls == (ToolCall("call_1", "f", "{}"),)
    assert reply_of(body({"content": None, "refusal": "no"})).refusal == "no"


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "json"),
        (b"<html>", "json"),
        (b'{"choices":[{"mess', "json"),
        (b"[]", "body"),
        (b"null", "body"),
        (b"{}", "body"),
        (b'{"choices":[]}', "body"),
        (b'{"choices":[{"finish_reason":"stop"}]}', "body"),
        (body(None), "body"),
        (body({"content": 7}), "body"),
        (body({"content": None, "tool_calls": [{"id": "c"}]}), "body"),
        (body({"content": "x"}, model=[7]), "body"),
        (body({"content": "x"}, None), "no_finish_reason"),
        (body({"content": "x"}, 7), "no_finish_reason"),
    ],
)
def test_what_is_no_completion_is_malformed(raw: bytes, what: str) -> None:
    assert reply_of(raw) == Reply(malformed=what)


def test_an_error_inside_a_200_is_an_error() -> None:
    assert reply_of(b'{"error":{"code":"c"}}') == Reply(error={"code": "c"})


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ({"error": {"code": "c"}}, {"code": "c"}),
        ({"error": "text"}, {"message": "text"}),
        ({"error": None}, None),
        ({"detail": "x"}, None),
        ([], None),
        ("error", None),
    ],
)
def test_an_error_object_is_found_where_there_is_one(value: Any, error: Any) -> None:
    assert error_of(value) == error
