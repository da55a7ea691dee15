"""Strings that match a regular expression.

The expression is read by Python's own parser, and each part of it says something: classes a letter or digit, repeats as
little as they may, alternatives one of them. What cannot be turned round (look-around, conditions) says nothing; the
result is then only as good as it can be.
"""

import re
import warnings
from random import Random
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

_USUAL_EXTRA: Final = 3
"""How often more than needed something is repeated, at most."""
_ATTEMPTS: Final = 12
_PREFERRED: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.,"
_LONGEST: Final = 2_000
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_WORD": "abcdefghijklmnopqrstuvwxyz0123456789",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": "abcdefghijklmnopqrstuvwxyz",
    "CATEGORY_NOT_WORD": "-",
    "CATEGORY_NOT_SPACE": "abcdefghijklmnopqrstuvwxyz",
}


def matching(pattern: str, rng: Random, *, shortest: int = 0, longest: int | None = None) -> str | None:
    """A string in which `pattern` is found, of a length between the bounds where one of a few attempts has it.

    None when the expression cannot be read, or nothing was found that matches it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python may read otherwise one day is no news for a simulator
            parsed = _parser.parse(pattern)
            checked = re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    best: str | None = None
    for attempt in range(_ATTEMPTS):
        groups: dict[int, str] = {}
        said = _said(parsed, rng, groups, attempt * shortest // (_ATTEMPTS - 1))[:_LONGEST]
        if checked.search(said) is None:
            continue
        if len(said) >= shortest and (longest is None or len(said) <= longest):
            return said
        best = best or said
    return best


def _said(parsed: Any, rng: Random, groups: dict[int, str], wanted: int) -> str:
    """A string for a part of an expression; what may be repeated is, `wanted` times at least."""
    return "".join(_part(str(kind), argument, rng, groups, wanted) for kind, argument in parsed)


def _part(kind: str, argument: Any, rng: Random, groups: dict[int, str], wanted: int) -> str:
    match kind:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return "b" if argument == ord("a") else "a"
        case "ANY":
            return rng.choice("abcdefghijklmnopqrstuvwxyz")
        case "IN":
            return rng.choice(_members(argument))
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, inner = argument
            least = min(int(most), max(least, wanted))
            count = rng.randint(least, min(int(most), least + _USUAL_EXTRA))
            return "".join(_said(inner, rng, groups, wanted) for _ in range(min(count, _LONGEST)))
        case "SUBPATTERN":
            number, *_, inner = argument
            said = _said(inner, rng, groups, wanted)
            if number is not None:
                groups[number] = said
            return said
        case "ATOMIC_GROUP":
            return _said(argument, rng, groups, wanted)
        case "BRANCH":
            return _said(rng.choice(argument[1]), rng, groups, wanted)
        case "GROUPREF":
            return groups.get(argument, "")
    return ""


def _members(items: Any) -> str:
    """The characters that a class allows; of a negated one those that are most usual."""
    allowed = ""
    negated = False
    for kind, argument in items:
        match str(kind):
            case "NEGATE":
                negated = True
            case "LITERAL":
                allowed += chr(argument)
            case "RANGE":
                low, high = argument
                allowed += "".join(map(chr, range(low, min(high, low + 128) + 1)))
            case "CATEGORY":
                allowed += _CATEGORIES.get(str(argument), "a")
    if negated:
        allowed = "".join(letter for letter in _PREFERRED if letter not in allowed)
    return allowed or "a"
