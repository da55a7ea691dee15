"""Recorded loads: who asked when, how long prompt and answer were. Four formats, told by their content."""

import csv
import datetime
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from profiles.record import Record, Tokens

Line = tuple[int, str]
"""A line of a file and its number."""


@dataclass(frozen=True, slots=True)
class Row:
    """One request of a trace: `at_s` seconds after the first, with so many tokens, None where they are not known."""

    at_s: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


def rows_of(lines: Iterable[str]) -> tuple[Row, ...]:
    """The requests of a trace file in the order of their times, the first at 0.

        TIMESTAMP,ContextTokens,GeneratedTokens                         Azure's traces of 2023 and 2024; date and time
        {"timestamp": ..., "input_length": ..., "output_length": ...}   Mooncake's; milliseconds
        Timestamp,Model,Request tokens,Response tokens,...              BurstGPT's; seconds
        {"v": 1, "id": ..., "intended_at": ...}                         records of a run, first attempts

    Empty lines and those that begin with # do not count. Raises ValueError naming the line, and what would be right.
    """
    numbered = ((number, line.strip()) for number, line in enumerate(lines, start=1))
    told = ((number, line) for number, line in numbered if line and not line.startswith("#"))
    first = next(told, None)
    if first is None:
        raise ValueError("is empty")
    read = _json_rows if first[1].startswith("{") else _csv_rows
    rows = sorted(read(first, told), key=lambda row: row.at_s)
    if not rows:
        raise ValueError("holds no request")
    return tuple(replace(row, at_s=round(row.at_s - rows[0].at_s, 6)) for row in rows)


def _csv_rows(head: Line, lines: Iterator[Line]) -> Iterator[Row]:
    columns = [name.strip().lower() for name in next(csv.reader([head[1]]))]
    wanted = next((wanted for wanted in _TABLES if set(wanted[:3]) <= set(columns)), None)
    if wanted is None:
        raise ValueError(f"line {head[0]}: {head[1][:60]!r} is the head of no known trace; {_KNOWN}")
    when, prompt, completion, time_of = wanted
    for number, line in lines:
        cells = _Cells(number, dict(zip(columns, next(csv.reader([line])), strict=False)))
        yield Row(cells.read(when, time_of), cells.read(prompt, _tokens), cells.read(completion, _tokens))


@dataclass(frozen=True, slots=True)
class _Cells:
    """The values of one line; what cannot be read is told with the line's number."""

    number: int
    values: Mapping[str, Any]

    def read(self, name: str, reader: Callable[[Any], Any]) -> Any:
        value = self.values.get(name)
        if value is None:
            raise ValueError(f"line {self.number}: has no {name}")
        try:
            return reader(value)
        except (ValueError, TypeError):
            raise ValueError(f"line {self.number}: {name} is {value!r}; {_DUE[reader]}") from None


def _json_rows(first: Line, lines: Iterator[Line]) -> Iterator[Row]:
    for number, line in itertools.chain([first], lines):
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise ValueError(f"line {number}: not JSON ({error})") from None
        if not isinstance(value, dict) or not {"input_length", "intended_at"} & value.keys():
            raise ValueError(f"line {number}: {line[:60]!r} is no request of a known trace; {_KNOWN}")
        if "intended_at" in value:
            yield from _recorded(number, line)
        else:
            cells = _Cells(number, value)
            yield Row(
                cells.read("timestamp", _milliseconds),
                cells.read("input_length", _tokens),
                cells.read("output_length", _tokens),
            )


def _recorded(number: int, line: str) -> Iterator[Row]:
    """A call that was recorded, as far as it begins here: retries are this harness's own to make."""
    try:
        record = Record.from_json(line)
    except ValueError as error:
        raise ValueError(f"line {number}: {error}") from None
    if record.attempt == 1:
        tokens = record.tokens or Tokens()
        yield Row(float(record.intended_at), tokens.prompt or None, tokens.completion or None)


def _tokens(value: Any) -> int | None:
    """A number of tokens; 0 is what a failed request has, of which nobody knows how long it would have been."""
    count = float(value)
    if not (count >= 0 and count.is_integer()) or isinstance(value, bool):  # what is infinite is no integer
        raise ValueError
    return int(count) or None


def _seconds(value: Any) -> float:
    at_s = float(value)
    if not abs(at_s) < float("inf") or isinstance(value, bool):
        raise ValueError
    return at_s


def _milliseconds(value: Any) -> float:
    return _seconds(value) / 1000


def _date(value: str) -> float:
    at = datetime.datetime.fromisoformat(value)
    return (at if at.tzinfo else at.replace(tzinfo=datetime.UTC)).timestamp()


_DUE: Final[Mapping[Callable[[Any], Any], str]] = {
    _tokens: "write a whole number of tokens",
    _seconds: "write a number of seconds",
    _milliseconds: "write a number of milliseconds",
    _date: "write a date and time such as 2023-11-16 18:17:03.979960",
}
_TABLES: Final = (
    ("timestamp", "contexttokens", "generatedtokens", _date),
    ("timestamp", "request tokens", "response tokens", _seconds),
)
_KNOWN: Final = (
    "there are: Azure (TIMESTAMP,ContextTokens,GeneratedTokens), BurstGPT (Timestamp,Model,Request tokens,...), "
    "Mooncake (JSON lines with timestamp, input_length, output_length) and records.jsonl of a run"
)
