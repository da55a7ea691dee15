"""How many tokens tools add to a prompt: they are rendered as a TypeScript namespace, and that is counted.

Fitted to recordings: the rendering and 9 tokens more, 5 when a system message stands before it; 89 more for the gpt-5
family. Naming the tool that has to be called adds about 15.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import orjson

from .catalogue import ModelFacts
from .encodings import count_tokens

_AROUND: Final = 9
_AROUND_AFTER_SYSTEM: Final = 5
_AROUND_OF_REASONING: Final = 89
_NAMED: Final = 15
_DEEPEST: Final = 20
"""Levels of a schema that are rendered; the rest is `any`."""
_TYPES: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


class ToolText(msgspec.Struct, frozen=True):
    """What a prompt says of a tool."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] | None = None


def tool_tokens(tools: Sequence[ToolText], facts: ModelFacts, *, after_system: bool, named: bool) -> int:
    """The tokens that tools add to a prompt; 0 without tools."""
    if not tools:
        return 0
    around = _AROUND_AFTER_SYSTEM if after_system else _AROUND
    if facts.reasoning:
        around = _AROUND_OF_REASONING
    return count_tokens(rendered(tools), facts.encoding) + around + (_NAMED if named else 0)


def schema_tokens(schema: Mapping[str, Any], facts: ModelFacts) -> int:
    """The tokens that the schema of a `response_format` adds: an estimate, as if it were a tool's."""
    return count_tokens(_object(schema, 0), facts.encoding)


def rendered(tools: Iterable[ToolText]) -> str:
    """The namespace that the model is shown."""
    lines = ["namespace functions {", ""]
    for tool in tools:
        lines += [f"// {line}" for line in tool.description.splitlines()]
        if tool.parameters is None or not _properties(tool.parameters):
            lines += [f"type {tool.name} = () => any;", ""]
        else:
            lines += [f"type {tool.name} = (_: {_object(tool.parameters, 0)}) => any;", ""]
    return "\n".join([*lines, "} // namespace functions"])


def _properties(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, Mapping) else {}


def _object(schema: Mapping[str, Any], depth: int) -> str:
    required = schema.get("required")
    needed = (
        frozenset(name for name in required if isinstance(name, str)) if isinstance(required, list) else frozenset()
    )
    lines = ["{"]
    for name, property_ in _properties(schema).items():
        described = property_.get("description") if isinstance(property_, Mapping) else None
        if isinstance(described, str):
            lines += [f"// {line}" for line in described.splitlines()]
        lines.append(f"{name}{'' if name in needed else '?'}: {_type(property_, depth + 1)},")
    return "\n".join([*lines, "}"])


def _type(schema: Any, depth: int) -> str:
    """The type that a schema means, as far as it can be said in TypeScript."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return "any"
    choices = schema.get("enum")
    if isinstance(choices, list):
        return " | ".join(orjson.dumps(choice).decode() for choice in choices)
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list):
            return " | ".join(_type(each, depth + 1) for each in schema[key])
    match schema.get("type"):
        case list(names):
            return " | ".join(_type({**schema, "type": name}, depth + 1) for name in names)
        case "object":
            return _object(schema, depth)
        case "array":
            return f"{_type(schema.get('items'), depth + 1)}[]"
        case str(name):
            return _TYPES.get(name, "any")
    return "any"
