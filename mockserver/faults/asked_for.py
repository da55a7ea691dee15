"""Faults that a request asks for itself: `x-mock-fault: KIND; field=value; field=value, KIND ...`."""

import tomllib
from typing import Any, Final

from profiles.errors import ProfileError

from .base import Fault
from .rules import fault_of

HEADER: Final = "x-mock-fault"


def asked_for(text: str) -> tuple[Fault, ...]:
    """The faults that a header names, in its order. Raises ProfileError when it cannot be read."""
    return tuple(_fault(each.strip()) for each in text.split(",") if each.strip())


def _fault(text: str) -> Fault:
    kind, *parameters = (part.strip() for part in text.split(";"))
    fields: dict[str, object] = {}
    for parameter in parameters:
        name, equals, value = (part.strip() for part in parameter.partition("="))
        if not equals or not name:
            raise ProfileError(HEADER, "", f"{parameter!r} should be a field of the fault, such as after_tokens=3")
        fields[name] = _value(value)
    return fault_of(HEADER, "", kind, fields)


def _value(text: str) -> Any:
    """A TOML value, or the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
