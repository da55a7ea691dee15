"""Content checks: what an answer must hold to be worth calling a success."""

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from profiles.schema import ExpectTable

_FENCED = re.compile(r"\A```\w*\n(.*?)\n?```\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expect:
    """Checks on one answer; all that are given must hold, and all those of `also`.

    `non_empty`: something other than white space. `json_keys`: a JSON object with these keys at its top level, bare or
    as one fenced code block. `any_of`: one of these stands somewhere at the start of a word, whatever the case, so
    that "upload" finds "Uploading" and "API" does not find "rapid".
    """

    non_empty: bool = False
    json_keys: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    also: tuple["Expect", ...] = ()

    @classmethod
    def from_table(cls, table: ExpectTable) -> Self:
        """The checks of an `expect` table."""
        return cls(table.non_empty, tuple(table.json_keys or ()), tuple(table.any_of or ()))

    def __and__(self, other: "Expect") -> "Expect":
        """Both: what either demands."""
        return dataclasses.replace(self, also=(*self.also, other))

    def problems(self, text: str) -> list[str]:
        """The checks that `text` fails, one line each; empty when it satisfies all."""
        return list(dict.fromkeys(self._failed(text)))

    def _failed(self, text: str) -> Iterator[str]:
        if self.non_empty and not text.strip():
            yield "non_empty: the answer is empty"
        if self.json_keys and (problem := _json_problem(text, self.json_keys)):
            yield f"json_keys: {problem}"
        if self.any_of and not _mentions(text, self.any_of):
            yield f"any_of: none of {_listed(self.any_of)}"
        for other in self.also:
            yield from other._failed(text)


def _json_problem(text: str, keys: tuple[str, ...]) -> str | None:
    fenced = _FENCED.match(text.strip())
    try:
        value = json.loads(fenced.group(1) if fenced else text)
    except (ValueError, RecursionError):
        return "not valid JSON"
    if not isinstance(value, dict):
        return f"JSON, but not an object ({type(value).__name__})"
    missing = [key for key in keys if key not in value]
    return f"missing {_listed(missing)}" if missing else None


def _mentions(text: str, words: tuple[str, ...]) -> bool:
    """Whether a word of `text` begins with one of `words` (which may be phrases)."""
    return re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})", text, re.IGNORECASE) is not None


def _listed(words: Iterable[str]) -> str:
    """The words in one line, whatever line breaks they hold."""
    return " ".join(", ".join(words).split())
