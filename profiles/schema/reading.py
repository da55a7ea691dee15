"""From a TOML table to a validated envelope, with errors a user can act on."""

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from ..errors import ProfileError


class Envelope(BaseModel):
    """A table of a profile file: frozen, and strict about keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


E = TypeVar("E", bound=BaseModel)


def validated(model: type[E], file: str, table: Mapping[str, Any], at: str = "") -> E:
    """`table` as a `model`; `at` is the dotted path of the table inside `file`.

    Raises ProfileError for the first thing that is wrong, with the full key.
    """
    try:
        return model.model_validate(dict(table))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join([*([at] if at else []), *(str(part) for part in first["loc"])])
        raise ProfileError(file, key, _why(first, model)) from None


def _why(error: ErrorDetails, model: type[BaseModel]) -> str:
    if error["type"] == "extra_forbidden":
        return f"unknown key{_suggestion(str(error['loc'][-1]), model)}"
    if error["type"] == "missing":
        return "is missing"
    message = error["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return message if error["type"] == "value_error" else f"{message}, not {error['input']!r}"


def _suggestion(key: str, model: type[BaseModel]) -> str:
    near = difflib.get_close_matches(key, _keys(model), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _keys(model: type[BaseModel]) -> list[str]:
    """Every key of the envelope and of the envelopes inside it."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        found.append(field.alias or name)
        for part in [field.annotation, *getattr(field.annotation, "__args__", ())]:
            if isinstance(part, type) and issubclass(part, BaseModel):
                found.extend(_keys(part))
    return found
