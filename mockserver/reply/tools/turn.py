"""What has happened since the user last spoke."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from profiles.tokens import Message

from ..salience import Topics, topics

_RESULTS: Final = frozenset({"tool", "function"})
_NAME: Final = r"[A-Z][\w'-]*(?: [A-Z][\w'-]*)*"
_LISTED: Final = re.compile(rf"{_NAME}(?:, {_NAME})*,? (?:and|or|und|et|y) {_NAME}")
_MOST_READ: Final = 4_000
_RESULT_READ: Final = 400


class Turn(msgspec.Struct, frozen=True):
    """The last thing that the user said, which tools were called since, and what came of them."""

    question: str
    called: frozenset[str]
    results: tuple[str, ...]


def turn_of(conversation: Sequence[Message]) -> Turn:
    """The turn that a reply belongs to."""
    spoken = [index for index, message in enumerate(conversation) if message.role == "user"]
    start = spoken[-1] if spoken else -1
    since = conversation[start + 1 :]
    return Turn(
        conversation[start].text if spoken else "",
        frozenset(call.name for message in since for call in message.calls),
        tuple(message.text for message in since if message.role in _RESULTS),
    )


def listed_names(question: str) -> list[str]:
    """Names that a question enumerates: "in Paris, London and Tokyo"; none when it names no two."""
    found = _LISTED.search(question[:_MOST_READ])
    return re.findall(_NAME, found[0]) if found else []


def topics_with_results(conversation: Sequence[Message], *, at_most: int = 8) -> Topics:
    """The topics of a conversation; what tools have just found out comes first."""
    about = topics(conversation, at_most=at_most)
    results = turn_of(conversation).results
    if not results:
        return about
    found = topics([Message("user", "\n".join(text[:_RESULT_READ] for text in results))], at_most=at_most)
    return Topics(tuple(dict.fromkeys((*found.current[: at_most // 2], *about.current))), about.earlier)
