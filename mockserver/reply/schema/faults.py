"""What is wrong with a schema, in the API's words."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from .references import UnresolvableError, pointed_at

_TYPES: Final = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})
_DEEPEST: Final = 10
"""Levels of a strict schema (documented)."""
_MOST_PROPERTIES: Final = 5_000
"""Properties of a strict schema (documented)."""
_MOST_LEVELS: Final = 200
"""What is looked at of any schema."""

Context = tuple[str, ...]


def schema_fault(schema: Any, *, strict: bool) -> str | None:
    """What the API says of a schema that it does not take, behind "Invalid schema for ... 'NAME': "; None: nothing."""
    if not isinstance(schema, Mapping):
        return f"{_shown(schema)} is not of type 'object'."
    named = schema.get("type")
    if strict and ("anyOf" in schema or named != "object"):
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{_type_shown(named)}\"'."
    if named is not None and named != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{_type_shown(named)}\"'."
    found = next(_faults(schema, schema, (), strict), None)
    if found is None and strict and _properties(schema) > _MOST_PROPERTIES:
        return f"Exceeded maximum of {_MOST_PROPERTIES} total object properties."
    return found


def _faults(root: Any, schema: Any, context: Context, strict: bool, depth: int = 0) -> Iterator[str]:
    """The faults of a schema and of those in it, the outer first."""
    if not isinstance(schema, Mapping) or len(context) > _MOST_LEVELS:
        return
    if strict and depth > _DEEPEST:
        yield f"{depth} levels of nesting exceeds limit of {_DEEPEST}."
        return
    yield from _own_faults(root, schema, context, strict)
    properties = schema.get("properties")
    for name, inner in properties.items() if isinstance(properties, Mapping) else ():
        yield from _faults(root, inner, (*context, "properties", str(name)), strict, depth + 1)
    if "items" in schema:
        yield from _faults(root, schema["items"], (*context, "items"), strict, depth + 1)
    for keyword in ("anyOf", "oneOf", "allOf"):
        branches = schema.get(keyword)
        for index, inner in enumerate(branches if isinstance(branches, list) else ()):
            yield from _faults(root, inner, (*context, keyword, str(index)), strict, depth)
    for keyword in ("$defs", "definitions"):
        inner_schemas = schema.get(keyword)
        for name, inner in inner_schemas.items() if isinstance(inner_schemas, Mapping) else ():
            yield from _faults(root, inner, (*context, keyword, str(name)), strict, 0)


def _own_faults(root: Any, schema: Mapping[str, Any], context: Context, strict: bool) -> Iterator[str]:
    named = schema.get("type")
    for name in named if isinstance(named, list) else [] if named is None else [named]:
        if not isinstance(name, str) or name not in _TYPES:
            yield f"{_shown(name)} is not valid under any of the given schemas."
            return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        try:
            pointed_at(root, reference)
        except UnresolvableError:
            yield f"In context={context}, reference '{reference}' could not be resolved."
    if named == "array" and "items" not in schema and "prefixItems" not in schema:
        yield f"In context={context}, array schema missing items."
    if strict:
        yield from _strict_faults(schema, context)


def _strict_faults(schema: Mapping[str, Any], context: Context) -> Iterator[str]:
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield f"In context={context}, 'additionalProperties' is required to be supplied and to be false."
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and properties:
        required = schema.get("required")
        listed = required if isinstance(required, list) else []
        missing = next((name for name in properties if name not in listed), None)
        if missing is not None:
            yield (
                f"In context={context}, 'required' is required to be supplied and to be an array including every key "
                f"in properties. Missing '{missing}'."
            )
    for keyword in ("oneOf", "allOf"):
        if keyword in schema:
            yield f"In context={context}, '{keyword}' is not permitted."


def _properties(schema: Any, level: int = 0) -> int:
    """How many properties there are in all objects."""
    if level > _MOST_LEVELS:
        return 0
    if isinstance(schema, list):
        return sum(_properties(each, level + 1) for each in schema)
    if not isinstance(schema, Mapping):
        return 0
    own = schema.get("properties")
    return (len(own) if isinstance(own, Mapping) else 0) + sum(_properties(each, level + 1) for each in schema.values())


def _type_shown(named: Any) -> str:
    return named if isinstance(named, str) else str(named)


def _shown(value: Any) -> str:
    """A value as Python shows it, which is how the API does."""
    return repr(value)[:200]
