from typing import Any

import pytest

from mockserver.reply.schema import schema_fault

CLOSED = {"type": "object", "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        ({}, "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."),
        ({"type": "array"}, "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'."),
        ({"type": "object"}, "In context=(), 'additionalProperties' is required to be supplied and to be false."),
        (
            {**CLOSED, "properties": {"x": {"type": "string"}}},
            "In context=(), 'required' is required to be supplied and to be an array including every key in "
            "properties. Missing 'x'.",
        ),
        (
            {**CLOSED, "properties": {"tags": {"type": "array"}}, "required": ["tags"]},
            "In context=('properties', 'tags'), array schema missing items.",
        ),
        (
            {**CLOSED, "properties": {"x": {"type": "foo"}}, "required": ["x"]},
            "'foo' is not valid under any of the given schemas.",
        ),
        (
            {**CLOSED, "properties": {"x": {"$ref": "#/$defs/A"}}, "required": ["x"]},
            "In context=('properties', 'x'), reference '#/$defs/A' could not be resolved.",
        ),
        (
            {**CLOSED, "properties": {"x": {"oneOf": [{"type": "string"}]}}, "required": ["x"]},
            "In context=('properties', 'x'), 'oneOf' is not permitted.",
        ),
        ([], "[] is not of type 'object'."),
    ],
)
def test_a_strict_schema_is_refused_in_the_words_of_the_api(schema: Any, fault: str) -> None:
    assert schema_fault(schema, strict=True) == fault


def test_without_strict_only_what_cannot_be_understood_is_refused() -> None:
    assert schema_fault({"type": "object", "properties": {"x": {"type": "string"}}}, strict=False) is None
    assert schema_fault({}, strict=False) is None
    assert schema_fault({"type": "object", "properties": {"x": {"type": "foo"}}}, strict=False) is not None


def test_a_strict_schema_has_ten_levels_at_most() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(11):
        deep = {**CLOSED, "properties": {"a": deep}, "required": ["a"]}
    assert schema_fault(deep, strict=True) == "11 levels of nesting exceeds limit of 10."
