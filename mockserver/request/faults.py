"""What is wrong with a body: every fault of it, each with its place, and the one that is reported.

The API reports one fault. Which of several is not known for sure; here it is the first in the order of the client's own
JSON text. What is missing stands behind everything that is there in its object.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, Literal

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..wire import errors
from ..wire.errors import Refusal
from .base import TAG
from .fields import ChatFields
from .messages import ROLES

Path = tuple[int | str, ...]
Fault = tuple[Path, Refusal]
"""Where something is wrong, and how the API says so."""

_EXPECTED: Final = {
    "string_type": "a string",
    "list_type": "an array",
    "model_type": "an object",
    "dict_type": "an object",
    "bool_type": "a boolean",
    "int_type": "an integer",
    "float_type": "a decimal",
    "content_type": "one of a string or array of objects",
    "stop_type": "one of a string or array of strings",
    "choice_type": "one of a string or object",
    "literal_error": "a string",
}
_KINDS: Final = {
    "role": ("role", ROLES),
    "tool_kind": ("type", ("function", "custom")),
    "call_kind": ("type", ("function", "custom")),
    "choice_kind": ("type", ("allowed_tools", "function", "custom")),
    "format_kind": ("type", ("text", "grammar")),
    "response_kind": ("type", ("json_object", "json_schema", "text")),
}
"""By the fault that an alternative is not known: the key that names it, and the names that there are."""
_JSON_TYPES: Final = {
    bool: "a boolean",
    int: "an integer",
    float: "a decimal number",
    str: "a string",
    list: "an array",
    dict: "an object",
    type(None): "null",
}
_QUOTED: Final = re.compile(r"'([^']*)'")


def first(body: Any, faults: Sequence[Fault]) -> Refusal:
    """Of one fault or more the one that stands first in the body."""
    return min(faults, key=lambda fault: _place(body, fault[0]))[1]


def field_faults(error: ValidationError) -> list[Fault]:
    """The faults that validation found. Those of keys that are not known are not among them."""
    found = (_fault(details) for details in error.errors(include_url=False) if details["type"] != "extra_forbidden")
    return list(found)


_FIELDS: Final = frozenset(ChatFields.model_fields)


def unrecognized_fault(body: dict[str, Any], refused: frozenset[str]) -> Fault | None:
    """The fault of arguments that the model does not know: all of them together, at the place of the first.

    Two texts are known for it; this is the one that chat completions still gave in September 2026.
    """
    unknown = [name for name in body if name not in _FIELDS or name in refused]
    return ((unknown[0],), errors.unrecognized_arguments(sorted(unknown))) if unknown else None


def _place(body: Any, path: Path) -> tuple[float, ...]:
    """Where in the body's text a path is: its index at each level."""
    place: list[float] = []
    for part in path:
        if isinstance(body, dict):
            keys = list(body)
            place.append(keys.index(part) if part in body else len(keys))
            body = body.get(part)
        elif isinstance(body, list) and isinstance(part, int) and part < len(body):
            place.append(part)
            body = body[part]
        else:
            break
    return tuple(place)


def _fault(details: ErrorDetails) -> Fault:
    path = tuple(part for part in details["loc"] if not (isinstance(part, str) and part[:1] == TAG))
    if details["type"] in _KINDS or details["type"] == "part_kind":
        return _unknown_kind(details["type"], path, details["input"])
    if details["type"] == "missing_content":
        path = (*path, "content")
    return path, _refusal(details, path)


def _unknown_kind(kind: str, path: Path, got: Any) -> Fault:
    """The fault of an object that is none of the alternatives."""
    at = written(path)
    key, supported = _KINDS.get(kind, ("type", ()))
    if not isinstance(got, dict):
        return path, errors.wrong_type(at, "an object", _type(got))
    if key not in got:
        return (*path, key), errors.missing_parameter(f"{at}.{key}")
    if not isinstance(got[key], str):
        return (*path, key), errors.wrong_type(f"{at}.{key}", "a string", _type(got[key]))
    if kind == "part_kind":
        return (*path, key), errors.bad_content_part(int(path[1]))
    return (*path, key), errors.bad_enum(f"{at}.{key}", got[key], supported)


def _refusal(details: ErrorDetails, path: Path) -> Refusal:
    at, got = written(path), details["input"]
    match details["type"]:
        case "missing" | "missing_content":
            return errors.missing_parameter(at)
        case "null_content":
            return errors.null_content(int(path[1]))
        case "content_type" if got is None and path[:1] == ("messages",):
            return errors.null_content(int(path[1]))
        case "literal_error" if isinstance(got, str):
            return errors.bad_enum(at, got, _QUOTED.findall(details.get("ctx", {})["expected"]))
        case kind if kind in _EXPECTED:
            return errors.wrong_type(at, _EXPECTED[kind], _type(got))
        case kind:
            return _bound(kind, at, got, details.get("ctx", {}))


def _bound(kind: str, at: str, got: Any, context: dict[str, Any]) -> Refusal:
    """The refusal of a value beyond a bound: of length, size or form."""
    match kind:
        case "too_short":
            return errors.empty_array(at, context["min_length"])
        case "too_long" if isinstance(got, list):
            return errors.array_too_long(at, context["max_length"], len(got))
        case "too_long":
            return errors.too_many_properties(at, context["max_length"], len(got))
        case "string_too_short":
            return errors.string_too_short(at, context["min_length"], len(got))
        case "string_too_long":
            return errors.string_too_long(at.removesuffix(".[key]"), context["max_length"], len(got))
        case "string_pattern_mismatch":
            return errors.pattern_mismatch(at, context["pattern"])
        case "greater_than_equal":
            return _out_of_range(at, "below", context["ge"], got)
        case "less_than_equal":
            return _out_of_range(at, "above", context["le"], got)
    return errors.wrong_type(at, "another value", _type(got))


def _type(value: Any) -> str:
    return _JSON_TYPES[type(value)]


def _out_of_range(at: str, side: Literal["above", "below"], bound: float, got: Any) -> Refusal:
    kind: Literal["integer", "decimal"] = "integer" if isinstance(bound, int) else "decimal"
    shown = f"{bound:g}" if kind == "decimal" else str(bound)
    return errors.out_of_range(at, kind, side, shown, orjson.dumps(got).decode())


def written(path: Path) -> str:
    """A path as the API writes it: `messages[1].content[0].type`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
