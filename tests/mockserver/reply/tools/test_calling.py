"""When tools are called, which, and with what."""

import json
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockserver.reply import Length, Reply
from mockserver.reply.filler import FillerPool
from mockserver.reply.tools import Grammar, Offer, Tool, call_tools, topics_with_results
from profiles.tokens import Message, SaidCall

POOL = FillerPool(0, "o200k_base")


def _function(name: str, description: str, **properties: Any) -> Tool:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return Tool(name, description, schema)


UNIT = {"type": "string", "enum": ["celsius", "fahrenheit"]}
WEATHER = _function("get_weather", "Current weather of a place", location={"type": "string"}, unit=UNIT)
FLIGHTS = _function("bookFlight", "Books a flight", destination={"type": "string"}, seats={"type": "integer"})
ORDERS = _function("search_orders", "Finds earlier orders of a customer", query={"type": "string"})
NOW = Tool("now", "The time of day")
ALL = (WEATHER, FLIGHTS, ORDERS, NOW)


def call(offer: Offer, *said: str | Message, cap: int | None = None, seed: int = 0) -> Reply | None:
    conversation = [text if isinstance(text, Message) else Message("user", text) for text in said]
    return call_tools(offer, conversation, Length(100, exact=False, cap=cap), POOL, random.Random(seed))


def called(reply: Reply | None) -> list[str]:
    return [made.name for made in reply.calls] if reply is not None else []


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What's the weather in Paris?", ["get_weather"]),
        ("Is it raining? I need the current weather of this place", ["get_weather"]),
        ("Please book a flight to Lisbon for 2", ["bookFlight"]),
        ("Where are my earlier orders?", ["search_orders"]),
        ("What is the weather in Rome, and book the flights there", ["get_weather", "bookFlight"]),
        ("Thanks, bye", []),
        ("Tell me a joke about penguins", []),
        ("", []),
    ],
)
def test_a_tool_is_called_when_it_fits_the_question(question: str, names: list[str]) -> None:
    assert sorted(called(call(Offer(ALL), question))) == sorted(names)


def test_one_call_at_a_time_when_more_are_not_wanted() -> None:
    question = "What is the weather in Rome, and book the flights there"
    assert len(called(call(Offer(ALL, parallel=False), question))) == 1


def test_names_that_are_listed_get_a_call_each() -> None:
    reply = call(Offer(ALL), "What is the weather in Paris, New York and Tokyo?")
    assert reply is not None
    said = [json.loads(made.arguments)["location"] for made in reply.calls]
    assert said == ["Paris", "New York", "Tokyo"]
    assert reply.finish_reason == "tool_calls"


def test_something_is_called_when_something_has_to_be() -> None:
    reply = call(Offer(ALL, required=True), "Tell me a joke")
    assert reply is not None
    assert len(reply.calls) == 1
    assert reply.finish_reason == "tool_calls"


def test_the_named_tool_is_called_whatever_is_asked_and_stops() -> None:
    reply = call(Offer((FLIGHTS,), required=True, named=True, parallel=False), "What's the weather?")
    assert called(reply) == ["bookFlight"]
    assert reply is not None
    assert reply.finish_reason == "stop"


def test_a_legacy_function_ends_as_one() -> None:
    reply = call(Offer((WEATHER,), parallel=False, legacy=True), "What's the weather in Paris?")
    assert reply is not None
    assert reply.finish_reason == "function_call"


def test_arguments_come_from_the_question() -> None:
    reply = call(Offer(ALL), "What's the weather in Paris, in fahrenheit?")
    assert reply is not None
    assert json.loads(reply.calls[0].arguments) == {"location": "Paris", "unit": "fahrenheit"}
    reply = call(Offer(ALL), "Book 3 seats on a flight to Lisbon")
    assert reply is not None
    assert json.loads(reply.calls[0].arguments) == {"destination": "Lisbon", "seats": 3}


def test_a_tool_without_parameters_gets_an_empty_object() -> None:
    reply = call(Offer((NOW,), required=True), "What time is it?")
    assert reply is not None
    assert reply.calls[0].arguments == "{}"


def test_the_text_is_all_arguments_and_names_take_tokens_too() -> None:
    reply = call(Offer(ALL), "What is the weather in Paris and Tokyo?")
    assert reply is not None
    assert reply.text == "".join(made.arguments for made in reply.calls)
    assert reply.ends[-1] == len(reply.text)
    assert list(reply.ends) == sorted(reply.ends)
    assert reply.ends[0] == 0
    assert len(reply) > len(reply.text) / 6 + 10


@pytest.mark.parametrize("cap", range(1, 40))
def test_the_cap_cuts_anywhere(cap: int) -> None:
    whole = call(Offer(ALL), "What is the weather in Paris and Tokyo?")
    cut = call(Offer(ALL), "What is the weather in Paris and Tokyo?", cap=cap)
    assert whole is not None
    assert cut is not None
    if cap < len(whole):
        assert (len(cut), cut.finish_reason) == (cap, "length")
    assert whole.text.startswith(cut.text)
    assert cut.text == "".join(made.arguments for made in cut.calls)


OFFERED = st.lists(st.sampled_from(ALL), min_size=1, unique_by=lambda tool: tool.name).map(tuple)
QUESTIONS = st.sampled_from(
    ["weather in Paris and flights to Rome, then my orders", "weather, weather, weather", "book flights now", "hello"]
)


@given(offered=OFFERED, question=QUESTIONS, parallel=st.booleans(), legacy=st.booleans())
def test_an_agent_that_feeds_results_back_comes_to_an_end(
    offered: tuple[Tool, ...], question: str, parallel: bool, legacy: bool
) -> None:
    conversation = [Message("user", question)]
    for _ in range(len(offered) + 1):
        offer = Offer(offered, parallel=parallel and not legacy, legacy=legacy)
        reply = call(offer, *conversation)
        if reply is None:
            return
        calls = tuple(SaidCall(f"call_{n}", made.name, made.arguments) for n, made in enumerate(reply.calls))
        conversation.append(Message("assistant", "", calls=calls))
        conversation += [Message("tool", "It is done", answers=made.id) for made in calls]
    raise AssertionError("still calling")


def test_what_was_called_for_an_earlier_question_can_be_called_again() -> None:
    earlier = [
        Message("user", "What's the weather in Paris?"),
        Message("assistant", "", calls=(SaidCall("call_1", "get_weather", "{}"),)),
        Message("tool", "sunny", answers="call_1"),
    ]
    assert call(Offer(ALL), *earlier) is None
    again = [*earlier, Message("assistant", "It is sunny."), Message("user", "And the weather in Rome?")]
    assert called(call(Offer(ALL), *again)) == ["get_weather"]


def test_a_text_answer_speaks_of_what_the_tools_found_out() -> None:
    conversation = [
        Message("user", "Where is my parcel?"),
        Message("assistant", "", calls=(SaidCall("call_1", "track", "{}"),)),
        Message("tool", '{"depot": "Hamburg Harburg", "delay": "customs inspection"}', answers="call_1"),
    ]
    assert "Hamburg Harburg" in topics_with_results(conversation).current
    assert "parcel" in topics_with_results(conversation).current


@settings(max_examples=60)
@given(seed=st.integers(0, 999))
def test_arguments_conform(seed: int) -> None:
    reply = call(Offer((WEATHER, FLIGHTS), required=True), "flights and weather", seed=seed)
    assert reply is not None
    schemas = {tool.name: tool.parameters for tool in ALL}
    for made in reply.calls:
        Draft202012Validator(dict(schemas[made.name] or {})).validate(json.loads(made.arguments))


def _input(tool: Tool, seed: int = 0) -> str:
    reply = call(Offer((tool,), required=True), "Show me the unpaid invoices", seed=seed)
    assert reply is not None
    assert reply.calls[0].kind == "custom"
    return reply.calls[0].arguments


def test_a_custom_tool_gets_text_that_suits_it() -> None:
    assert _input(Tool("run_sql", "Runs SQL", kind="custom")).startswith("SELECT * FROM ")
    assert _input(Tool("exec", "Runs Python code", kind="custom")).startswith("print(")
    assert "invoices" in _input(Tool("note", "Takes a note", kind="custom"))


ARITHMETIC = r"""
start: expr
expr: term (SP "+" SP term)* -> add
    | "(" expr ")"
term: NUMBER
SP: " "
%import common.NUMBER
"""


@pytest.mark.parametrize("seed", range(20))
def test_a_custom_tool_gets_what_its_grammar_allows(seed: int) -> None:
    regex = Tool("when", kind="custom", grammar=Grammar("regex", r"^\d{4}-(0[1-9]|1[0-2])$"))
    assert re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", _input(regex, seed))
    lark = Tool("math", kind="custom", grammar=Grammar("lark", ARITHMETIC))
    assert re.fullmatch(r"\(*\d+( \+ \d+)*\)*", _input(lark, seed))


@given(st.text(max_size=60) | st.text('start:()[]|?*+ab" \n/', max_size=60).map("start: ".__add__))
def test_a_grammar_that_cannot_be_read_breaks_nothing(definition: str) -> None:
    for syntax in ("lark", "regex"):
        assert isinstance(_input(Tool("x", kind="custom", grammar=Grammar(syntax, definition))), str)
