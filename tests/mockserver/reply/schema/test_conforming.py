"""What is generated conforms, speaks of the conversation, and ends."""

import json
import random
from enum import Enum
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openai.lib._pydantic import to_strict_json_schema
from pydantic import BaseModel, Field

from mockserver.reply.filler import FillerPool
from mockserver.reply.salience import Topics
from mockserver.reply.schema import conforming, schema_fault
from mockserver.reply.tokenised import tokenise

POOL = FillerPool(0, "o200k_base")
ABOUT = Topics(("invoice", "Anna Schmidt", "late fee"), ("Lisbon office",))


def text_of(schema: Any, *, tokens: int | None = None, seed: int = 0, said: str = "", about: Topics = ABOUT) -> str:
    return conforming(schema, about, tokens, POOL, random.Random(seed), said=said).cut(None).text


def valid(schema: Any, **more: Any) -> Any:
    value = json.loads(text_of(schema, **more))
    Draft202012Validator(schema).validate(value)
    return value


KEYWORDS: dict[str, dict[str, Any]] = {
    "const": {"const": {"a": [1, None]}},
    "enum": {"enum": ["low", "high", 3]},
    "type list": {"type": ["string", "null"]},
    "bounds": {"type": "integer", "minimum": 7, "maximum": 9},
    "exclusive bounds": {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.05},
    "multiple": {"type": "integer", "multipleOf": 7, "minimum": 15},
    "below": {"type": "integer", "maximum": -5},
    "length": {"type": "string", "minLength": 40, "maxLength": 60},
    "short": {"type": "string", "maxLength": 2},
    "pattern": {"type": "string", "pattern": "^[A-Z]{3}-\\d{4}$"},
    "alternatives in a pattern": {"type": "string", "pattern": "^(red|gr[ae]y)(, (red|grey)){2}$"},
    "pattern and length": {"type": "string", "pattern": "^[a-z]+$", "minLength": 12, "maxLength": 20},
    "items": {"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 2},
    "many items": {"type": "array", "items": {"type": "integer"}, "minItems": 12},
    "unique items": {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    "no items": {"type": "array", "maxItems": 0},
    "prefix items": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
    "any of": {"anyOf": [{"type": "integer"}, {"type": "object", "required": ["a"]}]},
    "one of": {"oneOf": [{"type": "integer"}, {"type": "string"}]},
    "all of": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"properties": {"b": {"type": "null"}}, "required": ["b"]},
        ]
    },
    "required without properties": {"type": "object", "required": ["a", "b"]},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 3},
    "anything": {},
    "reference": {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/A"}},
        "required": ["a"],
        "$defs": {"A": {"type": "string", "maxLength": 9}},
    },
    "list of itself": {
        "type": "object",
        "properties": {"value": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}},
        "required": ["value", "next"],
        "additionalProperties": False,
    },
    "tree": {
        "type": "object",
        "properties": {"children": {"type": "array", "items": {"$ref": "#"}}},
        "required": ["children"],
        "additionalProperties": False,
    },
    "each other": {
        "$ref": "#/$defs/A",
        "$defs": {
            "A": {"type": "object", "properties": {"b": {"anyOf": [{"$ref": "#/$defs/B"}, {"type": "null"}]}}},
            "B": {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "required": ["a"]},
        },
    },
}


@pytest.mark.parametrize("schema", KEYWORDS.values(), ids=KEYWORDS)
@pytest.mark.parametrize("seed", range(6))
def test_every_keyword_is_kept(schema: dict[str, Any], seed: int) -> None:
    valid(schema, seed=seed)


@pytest.mark.parametrize(
    "name", ["date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid", "uri"]
)
def test_every_format_is_made(name: str) -> None:
    said = json.loads(text_of({"type": "string", "format": name}))
    assert "invoice" not in said
    Draft202012Validator(
        {"type": "string", "format": name}, format_checker=Draft202012Validator.FORMAT_CHECKER
    ).validate(said)


LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "maxLength": 5},
        {"type": "integer", "minimum": 3, "maximum": 5},
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "boolean"},
        {"type": "null"},
        {"type": ["string", "null"]},
        {"type": "string", "pattern": "^[0-9]{2,4}$"},
        {"$ref": "#/$defs/node"},
    ]
)


def _strict_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: (
        st.dictionaries(st.sampled_from(["name", "tags", "count", "ok", "x"]), inner, max_size=4).map(_strict_object)
        | inner.map(lambda items: {"type": "array", "items": items, "minItems": 1})
        | st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches})
    ),
    max_leaves=12,
)
NODE = _strict_object({"name": {"type": "string"}, "parent": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}})
DOCUMENTS = st.dictionaries(st.sampled_from(["first", "second", "third"]), SCHEMAS, max_size=3).map(
    lambda properties: {**_strict_object(properties), "$defs": {"node": NODE}}
)


@settings(max_examples=150)
@given(schema=DOCUMENTS, seed=st.integers(0, 99), tokens=st.none() | st.integers(1, 200))
def test_whatever_the_strict_subset_describes_is_made(schema: dict[str, Any], seed: int, tokens: int | None) -> None:
    valid(schema, seed=seed, tokens=tokens)
    assert text_of(schema, seed=seed, tokens=tokens) == text_of(schema, seed=seed, tokens=tokens)
    assert schema_fault(schema, strict=True) is None


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "items",
                    "enum",
                    "anyOf",
                    "allOf",
                    "$ref",
                    "required",
                    "pattern",
                    "minItems",
                    "maxLength",
                    "minLength",
                    "minimum",
                    "multipleOf",
                    "prefixItems",
                    "uniqueItems",
                    "minProperties",
                ]
            ),
            inner | st.sampled_from(["#", "#/items", "object", "array", "string", "integer"]),
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200)
@given(schema=ANY_JSON)
def test_nothing_that_is_sent_as_a_schema_breaks_anything(schema: Any) -> None:
    schema_fault(schema, strict=True)
    schema_fault(schema, strict=False)
    if isinstance(schema, dict):
        json.loads(text_of(schema))


def test_a_schema_that_cannot_end_ends_all_the_same() -> None:
    endless = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}
    assert len(text_of(endless)) < 1_000
    wide = {"type": "array", "items": {"$ref": "#"}, "minItems": 50}
    assert len(text_of(wide)) < 300_000
    assert text_of({"$ref": "#"}) == "null"


def test_strings_speak_of_the_conversation() -> None:
    schema = _strict_object({"customer": {"type": "string"}, "topic": {"type": "string"}, "city": {"type": "string"}})
    said = valid(schema)
    assert said["customer"] == "Anna Schmidt"
    assert set(said.values()) & set(ABOUT.all)


def test_numbers_and_choices_that_were_said_are_taken() -> None:
    schema = _strict_object({"a": {"type": "number"}, "b": {"type": "integer"}, "unit": {"enum": ["km", "miles"]}})
    assert valid(schema, said="Add 3.5 and 12, in miles please") == {"a": 3.5, "b": 12, "unit": "miles"}


@pytest.mark.parametrize("tokens", [60, 200, 1_000])
def test_a_free_string_is_stretched_to_the_length_that_is_wanted(tokens: int) -> None:
    schema = _strict_object({"id": {"type": "integer"}, "summary": {"type": "string"}, "ok": {"type": "boolean"}})
    draft = conforming(schema, ABOUT, tokens, POOL, random.Random(1)).cut(None)
    assert abs(len(draft) - tokens) <= 6
    assert len(tokenise(draft.text, "o200k_base")) == len(draft)


def test_a_bounded_string_is_not_stretched_beyond_its_bound() -> None:
    valid(_strict_object({"summary": {"type": "string", "maxLength": 50}}), tokens=300)


class Priority(Enum):
    LOW = "low"
    HIGH = "high"


class Line(BaseModel):
    text: str
    amount: float = Field(ge=0)
    tags: list[str]


class Ticket(BaseModel):
    title: str
    priority: Priority
    kind: Literal["bug", "question"]
    assignee: str | None
    lines: list[Line]
    parent: "Ticket | None"


class Steps(BaseModel):
    class Step(BaseModel):
        explanation: str
        output: str

    steps: list[Step]
    final_answer: str


@pytest.mark.parametrize("model", [Ticket, Steps, Line])
@pytest.mark.parametrize("seed", range(5))
def test_what_pydantic_asks_for_is_what_it_gets(model: type[BaseModel], seed: int) -> None:
    for schema in (to_strict_json_schema(model), model.model_json_schema()):
        model.model_validate_json(text_of(schema, seed=seed))
    assert schema_fault(to_strict_json_schema(model), strict=True) is None
