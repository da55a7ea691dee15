"""Codes that a user wants to hear again: "Repeat this code in your answer: X"."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from profiles.tokens import Message

_TAIL: Final = 300
"""Code points at the end of a message where that is looked for."""
_ASKED: Final = re.compile(
    r"\b(?:repeat|echo|quote)\s+(?:this|the|my)\s+code\b[^:\n]{0,40}:\s*([A-Za-z0-9](?:[A-Za-z0-9_-]{0,78}[A-Za-z0-9])?)",
    re.IGNORECASE,
)


def without_requests(conversation: Iterable[Message]) -> tuple[list[Message], str | None]:
    """The conversation without such requests, which are not what it is about, and the code of its last user message."""
    kept: list[Message] = []
    code: str | None = None
    for message in conversation:
        asks = message.role == "user" and "code" in message.text.lower()
        found = _ASKED.search(message.text, max(0, len(message.text) - _TAIL)) if asks else None
        if message.role == "user":
            code = None if found is None else found[1]
        kept.append(message if found is None else replace(message, text=_without(message.text, found)))
    return kept, code


def _without(text: str, found: re.Match[str]) -> str:
    return (text[: found.start()] + text[found.end() :]).rstrip()
