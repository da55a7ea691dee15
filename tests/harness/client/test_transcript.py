from typing import Any

import orjson
import pytest

from harness.client.sse import Event
from harness.client.transcript import Transcript
from harness.measure.timeline import Reply, ToolCall, Usage

ROLE = {"role": "assistant", "content": "", "refusal": None}


def chunk(delta: dict[str, Any] | None = None, reason: str | None = None, index: int = 0, **fields: Any) -> Event:
    choice = {"index": index, "delta": delta or {}, "logprobs": None, "finish_reason": reason}
    return Event(orjson.dumps({"model": "gpt-4o-mini-2024-07-18", "choices": [choice], **fields}))


def told(*events: Event) -> tuple[Reply, list[bool]]:
    transcript = Transcript()
    content = [transcript.take(event) for event in events]
    return transcript.reply(), content


def test_a_reply_is_put_together_from_its_chunks() -> None:
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 2,
        "total_tokens": 11,
        "prompt_tokens_details": {"cached_tokens": 4},
    }
    reply, content = told(
        chunk(ROLE, usage=None),
        chunk({"content": "Hel"}, usage=None),
        chunk({"content": "lo"}, usage=None),
        chunk(reason="stop", usage=None),
        Event(orjson.dumps({"choices": [], "usage": usage})),
        Event(b"[DONE]"),
    )
    assert content == [False, True, True, False, False, False]
    assert (reply.text, reply.finish_reason, reply.done_seen) == ("Hello", "stop", True)
    assert reply.model == "gpt-4o-mini-2024-07-18"
    assert reply.usage == Usage(9, 2, 11, cached=4)


def test_the_role_and_an_empty_piece_are_no_content() -> None:
    assert told(chunk(ROLE), chunk({"content": ""}), chunk({"content": None}), chunk())[1] == [False] * 4


def test_white_space_is_content_that_cannot_be_seen() -> None:
    transcript = Transcript()
    seen = [(transcript.take(chunk({"content": text})), transcript.visible) for text in ("\n\n", " Hi")]
    assert seen == [(True, False), (True, True)]
    assert transcript.text_end == 5


def test_tool_calls_are_content_and_put_together_by_their_index() -> None:
    reply, content = told(
        chunk({"role": "assistant", "content": None}),
        chunk(
            {
                "tool_calls": [
                    {"index": 0, "id": "call_a", "type": "function", "function": {"name": "f", "arguments": ""}}
                ]
            }
        ),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": '{"ci'}}]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": 'ty":1}'}}]}),
        chunk(
            {
                "tool_calls": [
                    {"index": 1, "id": "call_b", "type": "function", "function": {"name": "g", "arguments": "{}"}}
                ]
            }
        ),
        chunk(reason="tool_calls"),
    )
    assert content == [False, True, True, True, True, False]
    assert reply.tool_calls == (ToolCall("call_a", "f", '{"city":1}'), ToolCall("call_b", "g", "{}"))


def test_a_call_may_come_in_one_piece_with_text() -> None:
    call = {"index": 0, "id": "call_a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    reply, content = told(chunk({"content": "Wait.", "tool_calls": [call]}), chunk(reason="tool_calls"))
    assert (reply.text, reply.tool_calls, content) == ("Wait.", (ToolCall("call_a", "f", "{}"),), [True, False])


@pytest.mark.parametrize(
    "event", [chunk({"content": "a"}, model={"name": "m"}), chunk({"tool_calls": [{"index": "0", "id": "call_a"}]})]
)
def test_what_is_not_of_its_kind_is_malformed_however_harmless_it_looks(event: Event) -> None:
    assert told(event, chunk(reason="stop"))[0].malformed == "chunk"


def test_a_refusal_is_content_too() -> None:
    transcript = Transcript()
    assert transcript.take(chunk({"refusal": "I cannot"}))
    assert transcript.visible
    assert (transcript.reply().refusal, transcript.reply().text, transcript.text_end) == ("I cannot", "", 0)


def test_of_several_choices_the_first_is_the_text_and_all_must_finish() -> None:
    events = [chunk({"content": "a"}), chunk({"content": "b"}, index=1), chunk(reason="stop")]
    reply, content = told(*events)
    assert (reply.text, reply.choices, reply.finish_reason, content) == ("a", 2, None, [True, True, False])
    assert told(*events, chunk(reason="stop", index=1))[0].finish_reason == "stop"


@pytest.mark.parametrize(
    ("event", "error"),
    [
        (Event(b'{"error":{"code":"server_error","message":"m"}}'), {"code": "server_error", "message": "m"}),
        (Event(b'{"error":"overloaded"}'), {"message": "overloaded"}),
        (Event(b'{"code":"c","message":"m"}', b"error"), {"code": "c", "message": "m"}),
    ],
)
def test_an_error_inside_the_stream_settles_it(event: Event, error: dict[str, Any]) -> None:
    reply, _ = told(chunk({"content": "Hel"}), event, chunk({"content": "lo"}), chunk(reason="stop"))
    assert (reply.text, reply.error, reply.finish_reason) == ("Hel", error, None)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'{"choices":[{"delta":{"content":"Hel', "json"),
        (b"Internal Server Error", "json"),
        (b"\xff\xfe", "json"),
        (b"", "json"),
        (b"[]", "chunk"),
        (b"null", "chunk"),
        (b"{}", "chunk"),
        (b'{"choices":{"a":1}}', "chunk"),
        (b'{"choices":[null]}', "chunk"),
        (b'{"choices":[{"delta":{"content":7}}]}', "chunk"),
        (b'{"choices":[{"delta":{"content":["a"]}}]}', "chunk"),
        (b'{"choices":[{"delta":"x"}]}', "chunk"),
        (b'{"choices":[{"delta":{"tool_calls":[{}]}}]}', "chunk"),
        (b'{"choices":[{"delta":{"tool_calls":7}}]}', "chunk"),
        (b'{"choices":[{"delta":{},"finish_reason":{"a":1}}]}', "chunk"),
        (b'{"choices":[{"index":[1],"delta":{"content":"a"}}]}', "chunk"),
    ],
)
def test_a_chunk_that_is_none_settles_it(data: bytes, what: str) -> None:
    transcript = Transcript()
    assert not transcript.take(Event(data))
    assert transcript.settled
    assert not transcript.take(chunk({"content": "a"}))
    assert (transcript.reply().malformed, transcript.reply().text) == (what, "")


def test_azure_s_first_chunk_without_choices_is_no_content() -> None:
    reply, content = told(Event(b'{"choices":[],"created":0,"id":"","model":"","object":""}'), chunk({"content": "a"}))
    assert (content, reply.model) == ([False, True], "gpt-4o-mini-2024-07-18")


@pytest.mark.parametrize(
    "usage", [7, {}, {"prompt_tokens": 1}, {"prompt_tokens": "1", "completion_tokens": 1}, {"prompt_tokens": -1}]
)
def test_usage_that_is_none_is_missing(usage: object) -> None:
    assert told(chunk({"content": "a"}, usage=usage))[0].usage is None


def test_nothing_after_done_counts() -> None:
    reply, content = told(Event(b"[DONE]"), chunk({"content": "a"}, reason="stop"))
    assert (reply.text, reply.finish_reason, content) == ("", None, [False, False])
