"""What form an answer was asked for: running text, a list, or a JSON object."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from profiles.tokens import Message

from .json_keys import Key, named_keys
from .salience import excerpt

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(?P<count>\d{{1,2}}|{'|'.join(_NUMBERS)})"
_BULLETS = re.compile(
    rf"(?:\b{_NUMBER}[\s-]+(?:[a-z]+[\s-]+){{0,2}}?)?\bbullet(?:ed)?(?:[\s-]*(?:points?|list|items?)|s)\b",
    re.IGNORECASE,
)
_NO_BULLETS = re.compile(
    r"\b(?:no|without|avoid|never use|don't use|do not use|not use)(?:\s+\w+)?\s+bullet", re.IGNORECASE
)
_COUNTED = re.compile(
    rf"\b(?:give|list|name|suggest|write|provide|show|find)\b(?:\s+(?:me|us))?\s+(?:[a-z]+\s+){{0,2}}?{_NUMBER}\s+"
    r"(?:[a-z-]+\s+){0,2}?(?:tips|reasons|ideas|examples|ways|suggestions|items|points|options|steps|facts|questions)\b",
    re.IGNORECASE,
)
_JSON_WANTED = re.compile(
    r"\b(?:as|in|into|with|only|return|output|respond|reply|answer|produce|give|emit|write|valid|strict|one|single)\b"
    r"\W+(?:\w+\W+){0,4}?json\b|\bjson\b\W+(?:\w+\W+){0,2}?(?:only|object|format|output|keys|fields)\b",
    re.IGNORECASE,
)
_AROUND = 60
"""Code points on either side of "JSON" or "bullet" that say whether it is wanted."""
_WHERE_COUNTED = 400
"""Code points at either end of a message where "give me five reasons" is looked for."""
_MOST_POINTS = 50
_INSTRUCTING_ROLES = frozenset({"system", "developer"})


class Prose(msgspec.Struct, frozen=True):
    """Running text."""


class Points(msgspec.Struct, frozen=True):
    """A list of `count` points; None when the number was left open."""

    count: int | None
    numbered: bool = False

    def mark(self, number: int) -> str:
        """What stands before point `number`, from 0."""
        return f"{number + 1}. " if self.numbered else "- "


class JsonObject(msgspec.Struct, frozen=True):
    """A JSON object with these keys; none when only the form was asked for."""

    keys: tuple[Key, ...]

    @property
    def words(self) -> frozenset[str]:
        """The words of its keys and of what was said about them, in lower case: talk about the form."""
        return frozenset(re.findall(r"[\w-]+", " ".join(f"{key.name} {key.hint}" for key in self.keys).lower()))


Shape = Prose | Points | JsonObject


def asked_shape(conversation: Sequence[Message], *, json_object: bool) -> Shape:
    """The form that the last user message or a system message asks for; `json_object` demands JSON in any case."""
    user = [excerpt(message.text) for message in conversation if message.role == "user"][-1:]
    system = [excerpt(message.text) for message in conversation if message.role in _INSTRUCTING_ROLES]
    if json_object or any(_wants_json(text) for text in user + system):
        return JsonObject(next(filter(None, map(named_keys, system + user)), ()))
    return next(filter(None, (*map(_bullets, user), *map(_counted, user), *map(_bullets, system))), Prose())


def _windows(text: str, word: str) -> Iterator[str]:
    """The surroundings of a word, wherever it stands: much faster to search than the whole text."""
    lower = text.lower()
    at = lower.find(word)
    while at >= 0:
        yield text[max(0, at - _AROUND) : at + _AROUND]
        at = lower.find(word, at + _AROUND)


def _wants_json(text: str) -> bool:
    return any(_JSON_WANTED.search(window) for window in _windows(text, "json"))


def _bullets(text: str) -> Points | None:
    for window in _windows(text, "bullet"):
        if (found := _BULLETS.search(window)) and not _NO_BULLETS.search(window):
            return Points(_number(found["count"]))
    return None


def _counted(text: str) -> Points | None:
    """ "Give me five reasons", "list three steps": only a user means that for this answer."""
    ends = (text,) if len(text) <= _WHERE_COUNTED else (text[:_WHERE_COUNTED], text[-_WHERE_COUNTED:])
    for part in ends:
        if found := _COUNTED.search(part):
            return Points(_number(found["count"]), numbered=found[0].lower().endswith("steps"))
    return None


def _number(said: str | None) -> int | None:
    if said is None:
        return None
    number = int(said) if said.isdigit() else _NUMBERS.index(said.lower()) + 1
    return min(number, _MOST_POINTS) or None
