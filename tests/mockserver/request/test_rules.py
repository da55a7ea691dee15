"""What models and neighbouring fields refuse, and which of several faults is told."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.request.reading import Reading, context_overflow, conversation_of, read_question
from mockserver.wire.errors import Refusal
from profiles.catalogue import ModelFacts, load_catalogue

CATALOGUE = load_catalogue()
HI = {"role": "user", "content": "hi"}
WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
ASKED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
ANSWERED = {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}


def facts_of(model: str) -> ModelFacts:
    facts = CATALOGUE.resolve(model)
    assert facts is not None
    return facts


def read(model: str = "gpt-4o", **fields: Any) -> Reading | Refusal:
    body = {"model": model, "messages": [HI], **fields}
    return read_question(body, facts_of(model), conversation_of(body))


def told(found: Reading | Refusal) -> dict[str, Any]:
    assert isinstance(found, Refusal)
    assert (found.status, found.layer) == (400, "application")
    error: dict[str, Any] = orjson.loads(found.body)["error"]
    assert error.pop("type") == "invalid_request_error"
    return error


@pytest.mark.parametrize(
    ("model", "fields", "message", "param", "code"),
    [
        (
            "gpt-5",
            {"max_tokens": 5},
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            "max_tokens",
            "unsupported_parameter",
        ),
        (
            "o1-mini",
            {"stop": "x"},
            "Unsupported parameter: 'stop' is not supported with this model.",
            "stop",
            "unsupported_parameter",
        ),
        (
            "gpt-5",
            {"temperature": 0.5},
            "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is "
            "supported.",
            "temperature",
            "unsupported_value",
        ),
        (
            "o3",
            {"presence_penalty": 1},
            "Unsupported value: 'presence_penalty' does not support 1 with this model. Only the default (0) value is "
            "supported.",
            "presence_penalty",
            "unsupported_value",
        ),
        (
            "o1-mini",
            {"messages": [{"role": "system", "content": "be kind"}]},
            "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
            "messages[0].role",
            "unsupported_value",
        ),
        (
            "gpt-4o-mini",
            {"reasoning_effort": "low"},
            "Unrecognized request argument supplied: reasoning_effort",
            None,
            None,
        ),
        (
            "gpt-4o-mini",
            {"reasoning_effort": "low", "chat_template_kwargs": {}},
            "Unrecognized request arguments supplied: chat_template_kwargs, reasoning_effort",
            None,
            None,
        ),
        (
            "gpt-5.1",
            {"reasoning_effort": "minimal"},
            "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. Supported values are: "
            "'none', 'low', 'medium', and 'high'.",
            "reasoning_effort",
            "unsupported_value",
        ),
        (
            "gpt-4o",
            {"web_search_options": {}},
            "Web search options not supported with this model.",
            "web_search_options",
            None,
        ),
        (
            "gpt-4o",
            {"stream_options": {"include_usage": True}},
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
            "stream_options",
            None,
        ),
        (
            "gpt-4o",
            {"top_logprobs": 3},
            "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.",
            "top_logprobs",
            None,
        ),
        (
            "gpt-4o",
            {"max_tokens": 5, "max_completion_tokens": 5},
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            "max_tokens",
            "invalid_parameter_combination",
        ),
        (
            "gpt-4o",
            {"parallel_tool_calls": True},
            "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are "
            "specified.",
            "parallel_tool_calls",
            "invalid_value",
        ),
        (
            "gpt-4o",
            {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "other"}}},
            "Invalid value for 'tool_choice': no function named 'other' was specified in the 'tools' parameter.",
            "tool_choice",
            "invalid_value",
        ),
        (
            "gpt-4o",
            {"functions": [{"name": "f"}], "function_call": {"name": "g"}},
            "Invalid value for 'function_call': no function named 'g' was specified in the 'functions' parameter.",
            "function_call",
            "invalid_value",
        ),
        (
            "gpt-4o",
            {"tools": [WEATHER] * 150},
            "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length "
            "150 instead.",
            "tools",
            "array_above_max_length",
        ),
        (
            "gpt-4o",
            {"tools": [{"type": "function", "function": {"name": "get weather"}}]},
            "Invalid 'tools[0].function.name': string does not match pattern. Expected a string that matches the "
            "pattern '^[a-zA-Z0-9_-]+$'.",
            "tools[0].function.name",
            "invalid_value",
        ),
        (
            "gpt-4o",
            {"response_format": {"type": "object"}},
            "Invalid value: 'object'. Supported values are: 'json_object', 'json_schema', and 'text'.",
            "response_format.type",
            "invalid_value",
        ),
        (
            "gpt-4o",
            {"messages": [HI, ASKED, HI]},
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            "'tool_call_id'. The following tool_call_ids did not have response messages: call_1",
            "messages.[2].role",
            None,
        ),
        (
            "gpt-4o",
            {"messages": [HI, ANSWERED]},
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with "
            "'tool_calls'.",
            "messages.[1].role",
            None,
        ),
        (
            "gpt-4o",
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://a.invalid"}}]}
                ]
            },
            "Error while downloading URL.",
            None,
            "invalid_image_url",
        ),
        (
            "gpt-4o",
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,x"}}]}]},
            "You uploaded an unsupported image. Please make sure your image has of one the following formats: "
            "['png', 'jpeg', 'gif', 'webp'].",
            None,
            "invalid_image_format",
        ),
    ],
)
def test_a_refusal_is_told_in_the_words_of_the_api(
    model: str, fields: dict[str, Any], message: str, param: str | None, code: str | None
) -> None:
    assert told(read(model, **fields)) == {"message": message, "param": param, "code": code}


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        ("gpt-5", {"temperature": 1, "top_p": 1.0, "presence_penalty": 0, "logprobs": False, "stop": None}),
        ("gpt-5", {"messages": [{"role": "developer", "content": "be kind"}, HI], "max_completion_tokens": 5}),
        ("gpt-5", {"reasoning_effort": "minimal", "verbosity": "low"}),
        ("o1", {"stop": ["a", "b"]}),
        ("gpt-4o-search-preview", {"web_search_options": {"search_context_size": "low"}}),
        ("gpt-4o", {"tool_choice": "none"}),
        ("gpt-4o", {"messages": [HI, ASKED, ANSWERED, HI], "tools": [WEATHER], "tool_choice": "auto"}),
        ("gpt-4o", {"messages": [HI, ASKED, ANSWERED, {**ANSWERED, "content": "again"}]}),
        ("gpt-4o", {"logprobs": True, "top_logprobs": 20, "n": 3, "logit_bias": {"50256": -100}, "seed": -(2**63)}),
        ("gpt-4o", {"prediction": {"type": "content", "content": [{"type": "text", "text": "x"}]}, "store": True}),
        ("gpt-4o", {"service_tier": "fast", "metadata": {"a": "b"}, "user": "me", "safety_identifier": "x" * 64}),
        ("gpt-4o", {"functions": [{"name": "f"}], "function_call": {"name": "f"}}),
        ("gpt-4o", {"response_format": {"type": "json_schema", "json_schema": {"name": "a", "schema": {}}}}),
        ("gpt-4o", {"modalities": ["text"], "prompt_cache_key": "k", "prompt_cache_retention": "24h"}),
        ("gpt-4o", {"moderation": {"model": "omni-moderation-latest"}, "parallel_tool_calls": None}),
        (
            "gpt-4o",
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
                            {"type": "file", "file": {"file_id": "file-1"}},
                            {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}},
                        ],
                    }
                ]
            },
        ),
    ],
)
def test_what_the_model_takes_is_read(model: str, fields: dict[str, Any]) -> None:
    assert isinstance(read(model, **fields), Reading)


FAULTS: list[tuple[str, Any]] = [
    ("temperature", 3),
    ("top_p", "high"),
    ("n", 0),
    ("stop", 5),
    ("max_tokens", -1),
    ("response_format", {"type": "x"}),
    ("logit_bias", {"1": 101}),
    ("service_tier", "gold"),
    ("stream_options", {}),
    ("parallel_tool_calls", 1),
    ("web_search_options", {}),
    ("metadata", {"a": 1}),
]


@given(
    chosen=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=6, unique_by=lambda fault: fault[0]),
    fine=st.lists(st.sampled_from([("user", "me"), ("store", True), ("seed", 1)]), unique_by=lambda pair: pair[0]),
    order=st.randoms(use_true_random=False),
)
def test_of_several_faults_the_first_in_the_clients_own_text_is_told(
    chosen: list[tuple[str, Any]], fine: list[tuple[str, Any]], order: random.Random
) -> None:
    pairs = [("model", "gpt-4o"), ("messages", [HI]), *chosen, *fine]
    order.shuffle(pairs)
    body = dict(pairs)
    first = next(name for name in body if name in dict(chosen))
    found = read_question(body, facts_of("gpt-4o"), conversation_of(body))
    assert told(found)["param"].partition(".")[0] == first


def test_what_is_missing_stands_behind_what_is_there() -> None:
    body = {"temperature": 3, "model": "gpt-4o"}
    assert told(read_question(body, facts_of("gpt-4o"), ()))["param"] == "temperature"


@pytest.mark.parametrize(
    ("model", "messages", "functions", "cap", "message"),
    [
        (
            "gpt-4o",
            130_043,
            0,
            None,
            "This model's maximum context length is 128000 tokens. However, your messages resulted in 130043 tokens. "
            "Please reduce the length of the messages.",
        ),
        (
            "o1",
            202_767,
            101,
            None,
            "This model's maximum context length is 200000 tokens. However, your messages resulted in 202868 tokens "
            "(202767 in the messages, 101 in the functions). Please reduce the length of the messages or functions.",
        ),
        (
            "gpt-4",
            64,
            0,
            8_192,
            "This model's maximum context length is 8192 tokens. However, you requested 8256 tokens (64 in the "
            "messages, 8192 in the completion). Please reduce the length of the messages or completion.",
        ),
        (
            "gpt-5",
            289_650,
            0,
            None,
            "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 289650 tokens. "
            "Please reduce the length of the messages.",
        ),
    ],
)
def test_an_overflow_is_told_as_its_model_tells_it(
    model: str, messages: int, functions: int, cap: int | None, message: str
) -> None:
    refusal = context_overflow(facts_of(model), messages, functions, cap)
    assert refusal is not None
    assert told(refusal) == {"message": message, "param": "messages", "code": "context_length_exceeded"}


@pytest.mark.parametrize(("model", "cap"), [("gpt-4o", 16_384), ("gpt-4", 4_000), ("gpt-5", None)])
def test_what_fits_is_no_overflow(model: str, cap: int | None) -> None:
    assert context_overflow(facts_of(model), 4_000, 10, cap) is None


def test_the_offer_is_what_may_be_called() -> None:
    other = {"type": "function", "function": {"name": "other"}}
    offer = _offer(tools=[WEATHER, other])
    assert offer is not None
    assert [tool.name for tool in offer.tools] == ["get_weather", "other"]
    assert (offer.required, offer.named, offer.parallel) == (False, False, True)
    assert _offer(tools=[WEATHER], tool_choice="none") is None
    required = _offer(tools=[WEATHER], tool_choice="required", parallel_tool_calls=False)
    assert required is not None
    assert (required.required, required.parallel) == (True, False)
    named = _offer(tools=[WEATHER, other], tool_choice={"type": "function", "function": {"name": "other"}})
    assert named is not None
    assert ([tool.name for tool in named.tools], named.named) == (["other"], True)
    only = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [other]}}
    allowed = _offer(tools=[WEATHER, other], tool_choice=only)
    assert allowed is not None
    assert ([tool.name for tool in allowed.tools], allowed.required, allowed.named) == (["other"], True, False)
    legacy = _offer(functions=[{"name": "f"}])
    assert legacy is not None
    assert (legacy.legacy, legacy.parallel) == (True, False)


def _offer(**fields: Any) -> Any:
    found = read(**fields)
    assert isinstance(found, Reading)
    return found.question.offer


@pytest.mark.parametrize(
    ("asked", "served"),
    [("auto", "default"), ("fast", "priority"), ("priority", "priority"), ("flex", "flex"), (None, "default")],
)
def test_the_service_tier_is_the_one_that_serves(asked: str | None, served: str) -> None:
    found = read(service_tier=asked)
    assert isinstance(found, Reading)
    assert found.question.service_tier == served


def test_tools_images_and_calls_count_in_the_prompt() -> None:
    plain = _counted()
    assert _counted(tools=[WEATHER]) > plain + 9
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    text = {"type": "text", "text": "hi"}
    assert _counted(messages=[{"role": "user", "content": [text, image]}]) == plain + 765
    assert _counted(messages=[HI, ASKED, ANSWERED]) > _counted(messages=[HI, ANSWERED | {"role": "user"}])
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    assert _counted(response_format=wanted) > plain


def _counted(**fields: Any) -> int:
    found = read(**fields)
    assert isinstance(found, Reading)
    return found.question.prompt_tokens
