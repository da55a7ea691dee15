"""Whether a tool fits a question: by the words that both have."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ..vocabulary import IGNORED
from .offer import Tool

ENOUGH: Final = 3.0
"""A word of the tool's name is enough, and so are three of its description."""
_IN_NAME, _IN_CHOICES, _IN_PARAMETERS, _IN_DESCRIPTION = 3.0, 2.0, 1.5, 1.0
_SAYS_LITTLE: Final = "get set find fetch search list create add make update delete remove run call send check read"
_VERBS: Final = frozenset(f"{_SAYS_LITTLE} write look lookup query execute do use show tool function".split())
"""Words of names that say what is done, but not with what: so many tools have them that they prove little."""
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_SUFFIX: Final = re.compile(r"(?:ings?|ed|es|s)$")
_MOST_READ: Final = 4_000
"""Code points of a description, and of a question, that are looked at."""


def fit(tool: Tool, question: str) -> float:
    """How well a tool fits a question; from `ENOUGH` on it does."""
    asked = stems(question)
    name = stems(tool.name)
    score = _IN_NAME * len(asked & (name - _VERBS)) + _IN_DESCRIPTION * len(asked & name & _VERBS)
    if tool.parameters is not None:
        score += _IN_PARAMETERS * len(asked & (stems(" ".join(_names(tool.parameters))) - name))
        lower = question[:_MOST_READ].lower()
        score += _IN_CHOICES * any(choice.lower() in lower for choice in _choices(tool.parameters) if len(choice) > 2)
    return score + _IN_DESCRIPTION * len(asked & (stems(tool.description) - name))


def fitting(tools: Sequence[Tool], question: str) -> list[Tool]:
    """The tools that fit, the best first; of equals the earlier."""
    scored = [(fit(tool, question), tool) for tool in tools]
    return [tool for score, tool in sorted(scored, key=lambda pair: -pair[0]) if score >= ENOUGH]


def stems(text: str) -> frozenset[str]:
    """The words of a text or name that mean something, without their endings."""
    words = (word.lower() for word in _WORD.findall(text[:_MOST_READ]))
    return frozenset(_stem(word) for word in words if len(word) > 2 and word not in IGNORED)


def _stem(word: str) -> str:
    stem = _SUFFIX.sub("", word)
    return stem if len(stem) > 2 else word


def _names(schema: Mapping[str, Any]) -> Iterator[str]:
    properties = schema.get("properties")
    return map(str, properties if isinstance(properties, Mapping) else ())


def _choices(schema: Mapping[str, Any]) -> Iterator[str]:
    """The values that parameters can have, as far as they are words."""
    properties = schema.get("properties")
    for property_ in properties.values() if isinstance(properties, Mapping) else ():
        choices = property_.get("enum") if isinstance(property_, Mapping) else None
        yield from (choice for choice in choices if isinstance(choice, str)) if isinstance(choices, list) else ()
