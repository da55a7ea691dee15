from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.catalogue import ModelFacts, load_catalogue
from profiles.encodings import count_tokens
from profiles.tools import ToolText, rendered, schema_tokens, tool_tokens

WEATHER = ToolText(
    "get_weather",
    "Get the weather.",
    {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "The city"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            "days": {"type": ["integer", "null"]},
            "places": {"type": "array", "items": {"type": "object", "properties": {"lat": {"type": "number"}}}},
        },
        "required": ["city"],
    },
)


def _facts(model: str) -> ModelFacts:
    facts = load_catalogue().resolve(model)
    assert facts is not None
    return facts


def test_tools_are_rendered_as_a_namespace() -> None:
    assert rendered([WEATHER, ToolText("now")]) == (
        "namespace functions {\n\n// Get the weather.\ntype get_weather = (_: {\n// The city\ncity: string,\n"
        'unit?: "celsius" | "fahrenheit",\ndays?: number | null,\nplaces?: {\nlat?: number,\n}[],\n}) => any;\n\n'
        "type now = () => any;\n\n} // namespace functions"
    )


@pytest.mark.parametrize(
    ("model", "after_system", "named", "around"),
    [("gpt-4o", False, False, 9), ("gpt-4o", True, False, 5), ("gpt-4o", True, True, 20), ("gpt-5", False, False, 89)],
)
def test_the_rendering_counts_with_what_stands_around_it(
    model: str, after_system: bool, named: bool, around: int
) -> None:
    counted = tool_tokens([WEATHER], _facts(model), after_system=after_system, named=named)
    assert counted == count_tokens(rendered([WEATHER]), "o200k_base") + around


def test_no_tools_cost_nothing() -> None:
    assert tool_tokens([], _facts("gpt-4o"), after_system=False, named=False) == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "properties", "items", "enum", "anyOf", "required", "x"]), inner)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["type", "properties", "required"]), JSON))
def test_whatever_the_schema_is_it_is_counted(schema: dict[str, Any]) -> None:
    assert tool_tokens([ToolText("f", "", schema)], _facts("gpt-4o"), after_system=False, named=False) > 0
    assert schema_tokens(schema, _facts("gpt-4o")) > 0


def test_a_schema_without_a_bottom_is_cut_off() -> None:
    deep: dict[str, Any] = {"type": "string"}
    for _ in range(500):
        deep = {"type": "object", "properties": {"a": deep}}
    assert "any" in rendered([ToolText("f", "", deep)])
