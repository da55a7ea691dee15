"""Which keys an instruction names for a JSON answer, and what it says about each."""

import functools
import re
from collections.abc import Iterator

import msgspec

_SKETCH = re.compile(r"\{((?:[^{}]|\{[^{}]*\})*)\}")
_NESTED = re.compile(r"\{[^{}]*\}|\[[^\[\]]*\]")
_SKETCHED_KEY = re.compile(r"[\"'`]([A-Za-z_][\w -]{0,40})[\"'`]\s*:")
_ANNOUNCED = re.compile(r"\b(?:keys?|fields?|properties|attributes)\b(.*?)(?:[.;](?=\s|$)|\n\s*\n|$)", re.I | re.S)
_QUOTED = re.compile(r"[\"'`“]([A-Za-z_][\w-]{0,40})[\"'`”]")
_LINE_ITEM = re.compile(r"^\s*[-*•]\s*([A-Za-z_][\w-]*)", re.MULTILINE)
_PARENTHESIS = re.compile(r"\([^)]*\)")
_SEPARATOR = re.compile(r"\s*(?:,|\band\b)\s*")
_LEADING_WORDS = re.compile(r"^[\s:=]*(?:(?:are|is|named|called|the|following|a|an)\b[\s:]*)*", re.I)
_IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*")


class Key(msgspec.Struct, frozen=True):
    """A key of the object to be written; `hint` is what the instruction says about its value, or ""."""

    name: str
    hint: str = ""


@functools.lru_cache(maxsize=256)
def named_keys(text: str) -> tuple[Key, ...]:
    """The keys that `text` names, in its order.

    Looked for in this order: a sketch of the object (`{"a": ..., "b": ...}`), what follows "keys" or "fields" up to
    the end of the sentence or as a list of lines, and quoted identifiers. Remembered, as the
    same instructions come again and again.
    """
    for names in (_sketched, _announced, _quoted):
        found = tuple(dict.fromkeys(names(text)))
        if found:
            return tuple(Key(name, _hint(name, text)) for name in found)
    return ()


def _sketched(text: str) -> Iterator[str]:
    for sketch in _SKETCH.finditer(text):
        flat = _NESTED.sub("0", sketch[1])
        names = _SKETCHED_KEY.findall(flat) or _identifiers(flat)
        if names:
            yield from names
            return


def _announced(text: str) -> Iterator[str]:
    for announced in _ANNOUNCED.finditer(text):
        said = announced[1]
        names = _QUOTED.findall(said) or _LINE_ITEM.findall(said) or _identifiers(_PARENTHESIS.sub("", said))
        if names:
            yield from names
            return


def _quoted(text: str) -> Iterator[str]:
    yield from _QUOTED.findall(text)


def _identifiers(listing: str) -> list[str]:
    """The names of a listing such as "a, b and c"; none when it is a sentence rather than a listing."""
    items = [item for item in _SEPARATOR.split(_LEADING_WORDS.sub("", listing).strip()) if item]
    return items if all(_IDENTIFIER.fullmatch(item) for item in items) else []


def _hint(name: str, text: str) -> str:
    """What stands behind the key: in parentheses, after a colon, or after "is"."""
    described = re.search(
        rf"(?<![\w-]){re.escape(name)}[\"'`”]?\s*"
        r"(?:\((?P<aside>[^)]*)\)|:\s*(?P<value>[^,\n}]+)|(?:is|must be|should be|as)\s+(?P<said>[^.;\n]+))",
        text,
    )
    return next(filter(None, described.groups()), "").strip() if described else ""
