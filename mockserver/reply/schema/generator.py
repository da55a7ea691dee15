"""A value that a schema allows, made of what a conversation is about.

Values end however the schema is built: below a certain depth only what is required is said, of alternatives the one
that ends soonest is taken, and a value has a bounded number of parts. A schema that cannot end gets something shorter
that does not conform.
"""

import math
import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

import msgspec

from ..json_keys import Key
from ..json_values import Values
from ..salience import Topics
from .formats import formatted
from .numbers import number
from .patterns import matching
from .references import Schema, UnresolvableError, resolved

_DEEP: Final = 5
"""From this level on only what has to be said is said."""
_DEEPEST: Final = 60
_MOST_PARTS: Final = 20_000
_MOST_ITEMS: Final = 3
_OPTIONAL: Final = 0.85
"""The chance that something is said that need not be."""
_UNIQUE_ATTEMPTS: Final = 20
_TYPICAL: Final = {
    "properties": "object",
    "items": "array",
    "pattern": "string",
    "minLength": "string",
    "format": "string",
    "minimum": "number",
    "maximum": "number",
    "multipleOf": "number",
}
"""What a schema without a type is about, by a keyword in it."""
_NOT_FREE: Final = frozenset({"enum", "const", "pattern", "format", "anyOf", "oneOf"})
_NUMBER: Final = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")


class Slot(msgspec.Struct, frozen=True):
    """A string in a value that may be longer: where it is, and how many characters at most (None: any number)."""

    holder: Any
    place: str | int
    key: Key
    longest: int | None


class Generator:
    """Makes one value. `said` is the text that numbers and choices are taken from where they fit."""

    def __init__(self, root: Schema, about: Topics, said: str, rng: Random) -> None:
        self.root = root
        self.about = about
        self.rng = rng
        self.slots: list[Slot] = []
        self._parts = 0
        self._values = Values(about, rng)
        self._numbers = [float(found) for found in _NUMBER.findall(said)]
        self._lower = said.lower()

    def value(self, schema: Any, key: Key, depth: int = 0) -> Any:
        """A value for `schema`; `key` says what it is about."""
        self._parts += 1
        if depth > _DEEPEST or self._parts > _MOST_PARTS:
            return None
        try:
            table = resolved(self.root, schema)
        except UnresolvableError:
            return None
        if "const" in table:
            return table["const"]
        if isinstance(table.get("enum"), list) and table["enum"]:
            return self._chosen(table["enum"])
        for name in ("anyOf", "oneOf"):
            if isinstance(table.get(name), list) and table[name]:
                beside = {each: value for each, value in table.items() if each != name}
                return self.value(_beside(beside, self._branch(table[name], depth)), key, depth)
        return self._typed(table, key, depth)

    def _typed(self, table: Schema, key: Key, depth: int) -> Any:
        match self._type(table, depth):
            case "object":
                return self._object(table, depth)
            case "array":
                return self._array(table, key, depth)
            case "string":
                return self._string(table, key)
            case "integer":
                return number(table, self._wanted(key), self.rng, whole=True)
            case "number":
                return number(table, self._wanted(key), self.rng, whole=False)
            case "boolean":
                return self.rng.random() < 0.5
            case "null":
                return None
        return self._values.value(key)

    def _type(self, table: Schema, depth: int) -> str | None:
        """The type that is said: of several one that is not null, unless it is deep."""
        named = table.get("type")
        if isinstance(named, list) and named:
            others = [name for name in named if name != "null"]
            if others and ("null" not in named or (depth <= _DEEP and self.rng.random() < _OPTIONAL)):
                return str(self.rng.choice(others))
            return "null" if "null" in named else str(named[0])
        if isinstance(named, str):
            return named
        return next((kind for keyword, kind in _TYPICAL.items() if keyword in table), None)

    def _chosen(self, choices: Sequence[Any]) -> Any:
        """One of the values, rather one that was mentioned."""
        mentioned = [each for each in choices if isinstance(each, str) and each and each.lower() in self._lower]
        return self.rng.choice(mentioned or choices)

    def _branch(self, branches: Sequence[Any], depth: int) -> Any:
        """One of the alternatives: any at first, the one that ends soonest when it is deep."""
        weights = [self._weight(branch) for branch in branches]
        if depth > _DEEP:
            return branches[weights.index(min(weights))]
        ending = [branch for branch, weight in zip(branches, weights, strict=True) if weight < math.inf]
        speaking = [branch for branch in ending if not (isinstance(branch, Mapping) and branch.get("type") == "null")]
        if speaking and (len(speaking) == len(ending) or self.rng.random() < _OPTIONAL):
            return self.rng.choice(speaking)
        return self.rng.choice(ending or branches)

    def _weight(self, schema: Any, seen: frozenset[int] = frozenset()) -> float:
        """How many levels a value has at least; infinite for one that holds itself."""
        if id(schema) in seen or len(seen) > _DEEPEST:
            return math.inf
        seen |= {id(schema)}
        try:
            table = resolved(self.root, schema)
        except UnresolvableError:
            return math.inf
        if "const" in table or "enum" in table:
            return 0.0
        for name in ("anyOf", "oneOf"):
            if isinstance(table.get(name), list) and table[name]:
                return min(self._weight(branch, seen) for branch in table[name])
        if isinstance(table.get("type"), list):
            return 0.0 if set(table["type"]) - {"object", "array"} else 1.0
        inner: list[Any] = []
        if table.get("type") == "array" and _count(table.get("minItems")):
            inner = [table.get("items")]
        elif isinstance(table.get("properties"), Mapping):
            inner = [table["properties"][name] for name in _required(table) if name in table["properties"]]
        return 1 + max((self._weight(each, seen) for each in inner), default=0.0) if inner else 0.0

    def _object(self, table: Schema, depth: int) -> dict[str, Any]:
        properties = table.get("properties") if isinstance(table.get("properties"), Mapping) else {}
        required = _required(table)
        said: dict[str, Any] = {}
        for name, schema in (properties or {}).items():
            wanted = name in required or (depth < _DEEP and self.rng.random() < _OPTIONAL)
            if wanted and schema is not False and self._parts < _MOST_PARTS:
                self._put(said, name, schema, _key(name, schema), depth)
        others = table.get("additionalProperties", True)
        for name in required:
            if name not in said:
                self._put(said, name, others, Key(name), depth)
        if others is not False:
            least = max(_count(table.get("minProperties")), int(isinstance(others, Mapping) and not properties))
            for name in self._more_names(least - len(said)):
                if name not in said:
                    self._put(said, name, others, Key(name), depth)
        return said

    def _more_names(self, count: int) -> list[str]:
        topics = [topic.lower().replace(" ", "_") for topic in self.about.all]
        names = list(dict.fromkeys([*topics, *(f"item_{each + 1}" for each in range(min(count, _MOST_PARTS)))]))
        return names[: max(0, count)]

    def _array(self, table: Schema, key: Key, depth: int) -> list[Any]:
        least = _count(table.get("minItems"))
        most = _count(table["maxItems"]) if "maxItems" in table else max(least, _MOST_ITEMS)
        count = (
            least if depth > _DEEP else self.rng.randint(max(least, min(1, most)), max(least, min(most, _MOST_ITEMS)))
        )
        first = table.get("prefixItems") if isinstance(table.get("prefixItems"), list) else []
        items = table.get("items", table.get("additionalItems", True))
        if items is False:
            count = min(count, len(first or []))
        said: list[Any] = []
        for place in range(min(count, _MOST_PARTS)):
            if self._parts > _MOST_PARTS:
                break
            schema = first[place] if first and place < len(first) else items
            self._put(said, place, schema, key, depth)
            if table.get("uniqueItems") is True:
                self._make_unique(said, schema, key, depth)
        return said

    def _make_unique(self, said: list[Any], schema: Any, key: Key, depth: int) -> None:
        """Replace the last item until it is like none before it."""
        for _ in range(_UNIQUE_ATTEMPTS):
            if said[-1] not in said[:-1]:
                return
            self.slots = [slot for slot in self.slots if slot.holder is not said or slot.place != len(said) - 1]
            said.pop()
            self._put(said, len(said), schema, key, depth)
        if isinstance(said[-1], str):
            said[-1] += f" {len(said)}"

    def _put(self, holder: Any, place: str | int, schema: Any, key: Key, depth: int) -> None:
        """Make a value and put it into an object or array; remember where a free string is."""
        value = self.value(schema, key, depth + 1)
        if isinstance(holder, list):
            holder.append(value)
        else:
            holder[place] = value
        if isinstance(value, str) and (longest := self._room(schema)) is not None:
            self.slots.append(Slot(holder, place, key, longest if longest >= 0 else None))

    def _room(self, schema: Any) -> int | None:
        """How long a string may be: None where it is not free, -1 where it may be of any length."""
        try:
            table = resolved(self.root, schema)
        except UnresolvableError:
            return None
        if table.get("type") != "string" or not {"enum", "const", "pattern", "format", "anyOf", "oneOf"}.isdisjoint(
            table
        ):
            return None
        return _count(table["maxLength"]) if "maxLength" in table else -1

    def _string(self, table: Schema, key: Key) -> str:
        shortest = _count(table.get("minLength"))
        longest = _count(table["maxLength"]) if "maxLength" in table else None
        if isinstance(table.get("format"), str) and (said := formatted(table["format"], self.rng)) is not None:
            return said
        if isinstance(table.get("pattern"), str):
            said = matching(table["pattern"], self.rng, shortest=shortest, longest=longest)
            if said is not None:
                return said
        value = self._values.value(key)
        text = ", ".join(value) if isinstance(value, list) else value if isinstance(value, str) else None
        if text is None:
            text = self.about.all[0] if self.about.all else "none"
        while len(text) < shortest:
            text += f" {self.about.all[len(text) % len(self.about.all)] if self.about.all else 'more'}"
        return text if longest is None else text[:longest]

    def _wanted(self, key: Key) -> float | None:
        """A number that suits the key: the next that was said, or what its name suggests."""
        if self._numbers:
            return self._numbers.pop(0)
        value = self._values.value(key)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _beside(table: Schema, branch: Any) -> Schema:
    """A branch with what stands beside the alternatives."""
    if not isinstance(branch, Mapping):
        return table
    return {"allOf": [table, branch]} if table else branch


def _key(name: str, schema: Any) -> Key:
    """A property's name, and what its description enumerates."""
    hint = schema.get("description") if isinstance(schema, Mapping) else None
    return Key(name, hint if isinstance(hint, str) and len(hint) < 80 and "|" in hint else "")


def _required(table: Schema) -> list[str]:
    names = table.get("required")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _count(value: Any) -> int:
    """A keyword that counts; 0 for anything else."""
    return max(0, int(value)) if isinstance(value, int | float) and not isinstance(value, bool) and value < 1e6 else 0
