"""Content checks: what an answer must hold to be worth calling a success."""

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from profiles.schema.expect import ExpectTable

from .answer import Answer
from .echo import Echo
from .json_answer import Schema, json_of


@dataclass(frozen=True, slots=True)
class Expect:
    """Checks on one answer; all that are given must hold, and all those of `also`.

    `non_empty`: something other than white space, or a call. `json_keys`: a JSON object with these keys at its top
    level, bare or as one fenced code block. `any_of`: one of these stands somewhere at the start of a word, whatever
    the case, so that "upload" finds "Uploading" and "API" does not find "rapid". `patterns`: each is found somewhere.
    `schema`: JSON that conforms. `min_tokens`: at least so long. `tool_call`: this function is called with arguments
    that are JSON. `echo`: the code of this question, and none of another session's; `echoes` asks for one to be made.
    """

    non_empty: bool = False
    json_keys: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    also: tuple["Expect", ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()
    schema: Schema | None = None
    min_tokens: int = 0
    tool_call: str | None = None
    echoes: bool = False
    echo: Echo | None = None

    @classmethod
    def from_table(cls, table: ExpectTable) -> Self:
        """The checks of an `expect` table. Raises ValueError for a schema that is none."""
        return cls(
            non_empty=table.non_empty,
            json_keys=tuple(table.json_keys or ()),
            any_of=tuple(table.any_of or ()),
            patterns=tuple(re.compile(pattern) for pattern in table.patterns),
            schema=None if table.json_schema is None else Schema.of(table.json_schema),
            min_tokens=table.min_tokens or 0,
            tool_call=table.tool_call,
            echoes=table.echo_nonce,
        )

    def __and__(self, other: "Expect") -> "Expect":
        """Both: what either demands."""
        return dataclasses.replace(self, also=(*self.also, other), echoes=self.echoes or other.echoes)

    def echoing(self, echo: Echo) -> "Expect":
        """The same, and this code."""
        return dataclasses.replace(self, echo=echo)

    def problems(self, answer: Answer | str) -> list[str]:
        """The checks that an answer fails, one line each; empty when it satisfies all. Cross-talk is told first."""
        return list(dict.fromkeys(self._failed(Answer(answer) if isinstance(answer, str) else answer)))

    def _failed(self, answer: Answer) -> Iterator[str]:
        text = answer.text
        if self.echo is not None and (problem := self.echo.problem(text)):
            yield f"echo_nonce: {problem}"
        if self.non_empty and not text.strip() and not answer.calls:
            yield "non_empty: the answer is empty"
        if self.json_keys and (problem := _keys_problem(text, self.json_keys)):
            yield f"json_keys: {problem}"
        if self.schema is not None and (problem := self.schema.problem(text)):
            yield f"json_schema: {problem}"
        if self.any_of and not _mentions(text, self.any_of):
            yield f"any_of: none of {_listed(self.any_of)}"
        for pattern in self.patterns:
            if not pattern.search(text):
                yield f"regex: nothing like {_listed([pattern.pattern])}"
        if self.min_tokens and answer.tokens < self.min_tokens:
            yield f"min_tokens: {answer.tokens} tokens, fewer than {self.min_tokens}"
        if self.tool_call is not None and (problem := _call_problem(answer, self.tool_call)):
            yield f"tool_call: {problem}"
        for other in self.also:
            yield from other._failed(answer)


def _keys_problem(text: str, keys: tuple[str, ...]) -> str | None:
    try:
        value = json_of(text)
    except ValueError as error:
        return str(error)
    if not isinstance(value, dict):
        return f"JSON, but not an object ({type(value).__name__})"
    missing = [key for key in keys if key not in value]
    return f"missing {_listed(missing)}" if missing else None


def _call_problem(answer: Answer, name: str) -> str | None:
    arguments = (answer.calls or {}).get(name)
    if arguments is None:
        called = _listed(answer.calls or ()) or "nothing"
        return f"{name} is not called, but {called}"
    try:
        json.loads(arguments)
    except (ValueError, RecursionError):
        return f"the arguments of {name} are not valid JSON"
    return None


def _mentions(text: str, words: tuple[str, ...]) -> bool:
    """Whether a word of `text` begins with one of `words` (which may be phrases)."""
    return re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})", text, re.IGNORECASE) is not None


def _listed(words: Iterable[str]) -> str:
    """The words in one line, whatever line breaks they hold."""
    return " ".join(", ".join(words).split())
