"""A name with settings, the form that retry policies, shapes and arrivals have in common: "spike: base=5, peak=50"."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

_NAME: Final = re.compile(r"\s*([A-Za-z][\w-]*)\s*(?:[:,](.*))?", re.DOTALL)


def is_named(text: str) -> bool:
    """Whether a text begins with a name."""
    return _NAME.fullmatch(text) is not None


def name_and_settings(text: str) -> tuple[str, str]:
    """The name that a text begins with, and the text of its settings behind a colon or comma."""
    found = _NAME.fullmatch(text)
    return (text.strip(), "") if found is None else (found[1], found[2] or "")


def settings_of(text: str, name: str, read: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """The values of `key=value, key=value`, each read by its reader.

    Raises ValueError for a key that `name` does not have, or a value that its reader refuses with one.
    """
    given: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, equals, value = (word.strip() for word in part.partition("="))
        if key not in read or not equals:
            there = f"there are: {', '.join(read)}" if read else "it has none"
            raise ValueError(f"{part!r} is no setting of {name}; {there}")
        try:
            given[key] = read[key](value)
        except ValueError as error:
            raise ValueError(f"{name}: {key}: {error}") from None
    return given


def level_of(text: str) -> float:
    """A number of users or of arrivals per second. Raises ValueError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ValueError(f"{text.strip()!r} is no number of users or arrivals per second; write 20 or 0.5")
    return value


def count_of(text: str) -> int:
    """How often something is to be. Raises ValueError."""
    if not text.isdecimal() or int(text) == 0:
        raise ValueError(f"{text!r} is no whole number from 1 on")
    return int(text)
