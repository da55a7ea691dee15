"""Plausible values for the keys of a JSON answer: from what was said about a key, from its name, from the topics."""

import itertools
import random
import re

from .frames import NOTES, listed
from .json_keys import Key
from .salience import Topics

Value = str | int | float | bool | list[str] | None

_CHOICE_SEPARATOR = re.compile(r"\s*(?:,|\||/|\bor\b)\s*")
_ONE_OF = re.compile(r"^.*?\b(?:one of|either)\b\W*", re.I)
_RANGE = re.compile(r"(-?\d+)\s*(?:-|–|to|\.\.)\s*(-?\d+)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\s-]+")

_LISTS = re.compile(r"(?:tags|keywords|list)$|[^sui]s$")
_BOOLEANS = re.compile(r"^(?:is|has|needs|requires|should|can|was)_|(?:urgent|resolved|valid|required|escalate)$")
_FRACTIONS = re.compile(r"(?:confidence|probability|likelihood)$")
_NUMBERS = re.compile(
    r"(?:priority|count|number|amount|total|price|cost|score|rating|rank|age|year|quantity|hours|minutes|days|percent)$"
)
_TEXTS = re.compile(
    r"(?:summary|description|reason|reasoning|message|text|answer|explanation|details|note|comment|reply|response)$"
)
_CODES = re.compile(r"(?:code|id|reference|version)$")
_NAMES = re.compile(
    r"(?:customer|company|person|product|name|author|sender|recipient|city|place|location|country|destination|origin"
    r"|organisation|organization|user)$"
)
_QUERIES = re.compile(r"(?:query|question|prompt|search)$")
_USUAL = {
    "severity": ("low", "medium", "high"),
    "urgency": ("low", "medium", "high"),
    "impact": ("low", "medium", "high"),
    "sentiment": ("positive", "neutral", "negative"),
    "status": ("open", "pending", "closed"),
    "language": ("en",),
    "date": ("2026-01-15", "2026-03-02", "2026-05-21"),
    "email": ("user@example.com",),
}


def freedom(key: Key) -> int:
    """How well a longer text suits the key: 2 for sentences, 1 for what nothing is said about, 0 for choices."""
    return 2 if _TEXTS.search(_snake(key.name)) else int(not key.hint)


class Values:
    """Values for the keys of one object; topics take turns, so that neighbouring keys differ."""

    def __init__(self, about: Topics, rng: random.Random) -> None:
        self._about = about.all or ("the question",)
        self._turns = itertools.cycle(self._about)
        self._names = iter(sorted(filter(str.istitle, self._about), key=lambda topic: " " not in topic))
        self._rng = rng

    def value(self, key: Key) -> Value:
        """A value for one key: as its hint says, else as its name suggests."""
        hinted = self._hinted(key.hint) if key.hint else None
        return self._named(_snake(key.name)) if hinted is None else hinted

    def _hinted(self, hint: str) -> Value:
        lower = hint.lower()
        if lower.startswith("[") or re.search(r"\b(?:list|array)\b", lower):
            return self._several()
        if re.search(r"\b(?:bool|boolean|true|false)\b", lower):
            return self._rng.random() < 0.5
        if choices := _choices(hint):
            return self._rng.choice(choices)
        if bounds := _RANGE.search(lower):
            low, high = sorted(map(int, bounds.groups()))
            return self._rng.randint(low, high)
        if re.search(r"\b(?:int|integer|number|float|numeric)\b", lower) or re.fullmatch(r"-?\d+(?:\.\d+)?", lower):
            return self._rng.randint(1, 5)
        return None

    def _named(self, name: str) -> Value:
        usual = _USUAL.get(name.rsplit("_", 1)[-1])
        if usual is not None:
            return self._rng.choice(usual)
        if _BOOLEANS.search(name):
            return self._rng.random() < 0.5
        if _FRACTIONS.search(name):
            return self._rng.randint(60, 99) / 100
        if _NUMBERS.search(name):
            return self._rng.randint(1, 5)
        if _TEXTS.search(name):
            return self._rng.choice(NOTES).format(topics=listed(self._about[:3]))
        if _QUERIES.search(name):
            return " ".join(self._about[:2])
        if _CODES.search(name):
            return next((word for topic in self._about for word in topic.split() if _has_digit(word)), None)
        if _NAMES.search(name):
            return next(self._names, None) or next(self._turns)
        return self._several() if _LISTS.search(name) else next(self._turns)

    def _several(self) -> list[str]:
        return list(dict.fromkeys(itertools.islice(self._turns, 3)))


def _choices(hint: str) -> list[str]:
    """The values that a hint enumerates: "one of a, b, c", "a|b|c", "low, medium or high"."""
    listing = _ONE_OF.sub("", hint).strip(" \"'`")
    items = [item.strip(" \"'`") for item in _CHOICE_SEPARATOR.split(listing)]
    items = [item for item in items if item]
    plain = all(re.fullmatch(r"[\w-]+(?: [\w-]+)?", item) for item in items)
    return items if plain and len(items) > 1 else []


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _snake(name: str) -> str:
    return _HUMP.sub("_", name).lower()
