"""From a TOML table to a validated envelope, with errors a user can act on."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from ..errors import ProfileError

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_IN_TOML = {r"a valid dictionary( or instance of \w+)?$": "a table", r"a valid (list|tuple)$": "a list"}
"""What Python's types are called in the file."""


class Envelope(BaseModel):
    """A table of a profile file: frozen, and strict about keys it does not know and about types."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True, defer_build=True)


E = TypeVar("E", bound=BaseModel)


def validated(model: type[E], file: str, table: Mapping[str, Any], at: str = "") -> E:
    """`table` as a `model`; `at` is the dotted path of the table inside `file`.

    Raises ProfileError for the first thing that is wrong, with the full key.
    """
    try:
        return model.model_validate(dict(table))
    except ValidationError as error:
        path, errors = _first(error.errors(include_url=False), table)
        raise ProfileError(file, _dotted(at, path), _why(errors, model)) from None


def _first(errors: Sequence[ErrorDetails], table: Mapping[str, Any]) -> tuple[list[str | int], list[ErrorDetails]]:
    """The first key that is wrong, and all that is said about it.

    A value that may be of several types has an error for each; one that lies inside the value knows best. Of a table
    that has an unknown key and lacks another, the unknown one is told: it is probably the other, misspelt.
    """
    misspelt = {error["loc"][:-1] for error in errors if error["type"] == "extra_forbidden"}
    told = [error for error in errors if error["type"] != "missing" or error["loc"][:-1] not in misspelt]
    found = [(list(_in_file(error, table)), error) for error in told]
    first, _ = found[0]
    deepest = max((path for path, _ in found if path[: len(first)] == first), key=len)
    return deepest, [error for path, error in found if path == deepest]


def _in_file(error: ErrorDetails, table: Any) -> Iterator[str | int]:
    """The location of an error as the file has it: without the names of types that the validator puts between."""
    value = table
    for part in error["loc"]:
        if isinstance(value, Mapping) and part in value:
            value = value[str(part)]
            yield part
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
            yield part
    if error["type"] == "missing":
        yield error["loc"][-1]


def _dotted(at: str, path: Sequence[str | int]) -> str:
    """A path as TOML writes it, with quotes around what is no bare key."""
    parts = [str(part) for part in path]
    quoted = [part if _BARE_KEY.fullmatch(part) else f'"{part}"' for part in parts]
    return ".".join([at, *quoted] if at else quoted)


def _why(errors: Sequence[ErrorDetails], model: type[BaseModel]) -> str:
    first = errors[0]
    if first["type"] == "extra_forbidden":
        return f"unknown key{_suggestion(str(first['loc'][-1]), model)}"
    if first["type"] == "missing":
        return "is missing"
    if first["type"] == "value_error":
        return first["msg"].removeprefix("Value error, ")
    return f"{', or '.join(_should(error['msg']) for error in errors)}, not {first['input']!r}"


def _should(message: str) -> str:
    for pythons, name in _IN_TOML.items():
        message = re.sub(pythons, name, message)
    return message.removeprefix("Input ")


def _suggestion(key: str, model: type[BaseModel]) -> str:
    near = difflib.get_close_matches(key, _keys(model), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _keys(model: type[BaseModel]) -> list[str]:
    """Every key of the envelope and of the envelopes inside it."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        found.append(field.alias or name)
        for part in _envelopes(field.annotation):
            found.extend(_keys(part))
    return found


def _envelopes(annotation: Any) -> Iterator[type[BaseModel]]:
    """The envelopes that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _envelopes(part)
