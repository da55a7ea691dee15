from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.request.fields import ChatFields
from mockserver.request.reading import Reading, conversation_of, read_question
from mockserver.wire.errors import Refusal
from profiles.catalogue import load_catalogue

CATALOGUE = load_catalogue()
HI = {"role": "user", "content": "hi"}


def read(body: dict[str, Any], model: str = "gpt-4o") -> Reading | Refusal:
    """What is read in a body."""
    facts = CATALOGUE.resolve(model)
    assert facts is not None
    whole = {"model": model, **body}
    return read_question(whole, facts, conversation_of(whole))


def _messages(*messages: Any) -> dict[str, Any]:
    return {"messages": list(messages)}


def _with(**fields: Any) -> dict[str, Any]:
    return {"messages": [HI], **fields}


@pytest.mark.parametrize(
    "body",
    [
        _messages(HI),
        _messages({"role": "developer", "content": "be brief"}, {"role": "user", "content": "hi", "name": "ann"}),
        _messages({"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}),
        _messages(HI, {"role": "assistant", "content": None, "tool_calls": []}, HI),
        _messages(HI, {"role": "assistant", "tool_calls": []}, HI),
        _with(temperature=0, top_p=1, max_tokens=1, stop=[], presence_penalty=-2, frequency_penalty=2.0),
        _with(temperature=None, top_p=None, n=None, stop=None, max_tokens=None, stream=None, response_format=None),
        _with(stop="a", stream=True, stream_options={"include_usage": True}, response_format={"type": "text"}),
        _with(logit_bias={}, metadata={"a": "b"}),
    ],
)
def test_what_the_api_accepts_is_accepted(body: dict[str, Any]) -> None:
    assert isinstance(read(body), Reading)


CASES: list[tuple[dict[str, Any], str, str, str | None]] = [
    ({}, "Missing required parameter: 'messages'.", "messages", "missing_required_parameter"),
    (
        _messages(),
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        "messages",
        "empty_array",
    ),
    (
        {"messages": "hi"},
        "Invalid type for 'messages': expected an array, but got a string instead.",
        "messages",
        "invalid_type",
    ),
    (
        _messages(HI, 5),
        "Invalid type for 'messages[1]': expected an object, but got an integer instead.",
        "messages[1]",
        "invalid_type",
    ),
    (
        _messages({"content": "hi"}),
        "Missing required parameter: 'messages[0].role'.",
        "messages[0].role",
        "missing_required_parameter",
    ),
    (
        _messages({"role": "bot", "content": "hi"}),
        "Invalid value: 'bot'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', "
        "and 'developer'.",
        "messages[0].role",
        "invalid_value",
    ),
    (
        _messages({"role": "user"}),
        "Missing required parameter: 'messages[0].content'.",
        "messages[0].content",
        "missing_required_parameter",
    ),
    (
        _messages(HI, {"role": "user", "content": None}),
        "Invalid value for 'content': expected a string, got null.",
        "messages.[1].content",
        None,
    ),
    (
        _messages({"role": "user", "content": True}),
        "Invalid type for 'messages[0].content': expected one of a string or array of objects, "
        "but got a boolean instead.",
        "messages[0].content",
        "invalid_type",
    ),
    (
        _messages({"role": "user", "content": [{"text": "hi"}]}),
        "Missing required parameter: 'messages[0].content[0].type'.",
        "messages[0].content[0].type",
        "missing_required_parameter",
    ),
    (
        _messages({"role": "user", "content": [{"type": "text"}]}),
        "Missing required parameter: 'messages[0].content[0].text'.",
        "messages[0].content[0].text",
        "missing_required_parameter",
    ),
    (
        _messages(HI, {"role": "user", "content": [{"type": "video"}]}),
        "Invalid 'messages[1]'. Content blocks are expected to be either text or image_url type.",
        "messages[1]",
        "invalid_value",
    ),
    (
        _with(temperature=2.5),
        "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
        "temperature",
        "decimal_above_max_value",
    ),
    (
        _with(top_p=-1),
        "Invalid 'top_p': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
        "top_p",
        "decimal_below_min_value",
    ),
    (
        _with(temperature="warm"),
        "Invalid type for 'temperature': expected a decimal, but got a string instead.",
        "temperature",
        "invalid_type",
    ),
    (
        _with(n=130),
        "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 130 instead.",
        "n",
        "integer_above_max_value",
    ),
    (
        _with(max_tokens=0),
        "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
        "max_tokens",
        "integer_below_min_value",
    ),
    (
        _with(max_completion_tokens=1.5),
        "Invalid type for 'max_completion_tokens': expected an integer, but got a decimal number instead.",
        "max_completion_tokens",
        "invalid_type",
    ),
    (
        _with(stop=list("abcde")),
        "Invalid 'stop': array too long. Expected an array with maximum length 4, "
        "but got an array with length 5 instead.",
        "stop",
        "array_above_max_length",
    ),
    (
        _with(stop=["a", {}]),
        "Invalid type for 'stop[1]': expected a string, but got an object instead.",
        "stop[1]",
        "invalid_type",
    ),
    (
        _with(stream="yes"),
        "Invalid type for 'stream': expected a boolean, but got a string instead.",
        "stream",
        "invalid_type",
    ),
    (
        _with(stream=True, stream_options={"include_usage": 1}),
        "Invalid type for 'stream_options.include_usage': expected a boolean, but got an integer instead.",
        "stream_options.include_usage",
        "invalid_type",
    ),
    (
        _with(response_format={"type": "object"}),
        "Invalid value: 'object'. Supported values are: 'json_object', 'json_schema', and 'text'.",
        "response_format.type",
        "invalid_value",
    ),
    (
        _with(response_format={"type": None}),
        "Invalid type for 'response_format.type': expected a string, but got null instead.",
        "response_format.type",
        "invalid_type",
    ),
]


@pytest.mark.parametrize(("body", "message", "param", "code"), CASES, ids=[case[1][:60] for case in CASES])
def test_a_wrong_field_is_refused_in_the_words_of_the_api(
    body: dict[str, Any], message: str, param: str, code: str | None
) -> None:
    refusal = read(body)
    assert isinstance(refusal, Refusal)
    assert orjson.loads(refusal.body)["error"] == {
        "message": message,
        "type": "invalid_request_error",
        "param": param,
        "code": code,
    }


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "role", "content"]), inner)
    ),
    max_leaves=8,
)


@given(field=st.sampled_from(sorted(ChatFields.model_fields)), value=JSON)
def test_whatever_json_comes_is_read_or_refused(field: str, value: Any) -> None:
    found = read({"messages": [HI], field: value})
    assert isinstance(found, Reading) or found.status == 400


@given(message=JSON)
def test_whatever_message_comes_is_read_or_refused(message: Any) -> None:
    body = {"messages": [message]}
    assert isinstance(read(body), Reading | Refusal)
    assert all(isinstance(m.text, str) for m in conversation_of(body))


def _tool(**fields: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": "f", **fields}}


@pytest.mark.parametrize(
    ("most", "more"),
    [
        (_with(tools=[_tool(name="f" * 64)]), _with(tools=[_tool(name="f" * 65)])),
        (_with(tools=[_tool()] * 128), _with(tools=[_tool()] * 129)),
        (_with(functions=[{"name": "f"}] * 128), _with(functions=[{"name": "f"}] * 129)),
        (_with(stop=["a"] * 4), _with(stop=["a"] * 5)),
        (_with(n=128), _with(n=129)),
        (_with(logprobs=True, top_logprobs=20), _with(logprobs=True, top_logprobs=21)),
        (_with(safety_identifier="x" * 64), _with(safety_identifier="x" * 65)),
        (_with(temperature=2), _with(temperature=2.001)),
        (_with(top_p=1), _with(top_p=1.001)),
        (_with(presence_penalty=2), _with(presence_penalty=2.001)),
        (_with(frequency_penalty=-2), _with(frequency_penalty=-2.001)),
        (_with(logit_bias={"1": 100}), _with(logit_bias={"1": 101})),
        (_with(metadata={f"{i}": "" for i in range(16)}), _with(metadata={f"{i}": "" for i in range(17)})),
        (_with(max_tokens=16_384), _with(max_tokens=16_385)),
        (_with(seed=2**63 - 1), _with(seed=2**63)),
    ],
)
def test_the_most_is_taken_and_no_more(most: dict[str, Any], more: dict[str, Any]) -> None:
    assert isinstance(read(most), Reading)
    assert isinstance(read(more), Refusal)


def test_a_custom_tool_is_offered_with_its_description() -> None:
    custom = {"type": "custom", "custom": {"name": "note", "description": "writes a note"}}
    reading = read(_with(tools=[custom]))
    assert isinstance(reading, Reading)
    assert reading.question.offer is not None
    (tool,) = reading.question.offer.tools
    assert (tool.name, tool.description, tool.kind) == ("note", "writes a note", "custom")
