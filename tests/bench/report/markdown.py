"""Results as the part of a page that is generated: between two marks, so that the rest of the page stays."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from ..machine import Machine
from ..result import Result
from ..row import Benchmark, Row
from ..running import Measured
from .numbers import percent, rounded
from .text import spoken

BEGIN: Final = "<!-- written by: python -m tests.bench --markdown -->"
END: Final = "<!-- end of what is written -->"

_NO_MARKS: Final = f"the page has no lines {BEGIN!r} and {END!r} for the results to stand between"
_NOTE: Final = re.compile(r"The rows of ([\w, -]+): (.*)")
_METHOD: Final = re.compile(r"\* \*\*([\w-]+)\*\*: ")
_HEAD: Final = (
    "| row | figure (min-max) | goal | verdict | reference | ratio | stolen, others |\n|---|---|---|---|---|---|---|"
)


def replaced(page: str, machine: Machine, suite: Sequence[Measured]) -> str:
    """The page with new results between its marks. Raises ValueError when it has no marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(_NO_MARKS)
    return f"{before}{BEGIN}\n{markdown(machine, suite)}\n{END}{after}"


def renewed(page: str, machine: Machine, suite: Sequence[Measured]) -> str:
    """The page with the rows of these benchmarks in the place of what stood there; a note says when and where.

    Raises ValueError when it has no marks, and for rows that are not in its table yet.
    """
    before, begin, rest = page.partition(BEGIN)
    table, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(_NO_MARKS)
    rows = {result.row.name: line(result) for measured in suite for result in measured.results}
    methods = {measured.benchmark.name: method(measured.benchmark) for measured in suite}
    unknown = rows.keys() - {_name_of(text) for text in table.splitlines()}
    if unknown:
        raise ValueError(f"no row {min(unknown)!r} in the table yet: measure everything once")
    lines = [_replaced_line(text, rows, methods) for text in table.splitlines()]
    head = lines.index(_HEAD.splitlines()[0])
    notes = [note for text in lines[:head] if (note := _without(text, methods.keys())) is not None]
    notes += [f"The rows of {', '.join(methods)}: {machine.lines[0]}", ""]
    written = "\n".join([*notes, *lines[head:]])
    return f"{before}{BEGIN}{written}\n{END}{after}"


def _name_of(text: str) -> str:
    """The row that a line of the table is of."""
    return text.removeprefix("| ").partition(" | ")[0]


def _replaced_line(text: str, rows: Mapping[str, str], methods: Mapping[str, str]) -> str:
    benchmark = _METHOD.match(text)
    return rows.get(_name_of(text), text) if benchmark is None else methods.get(benchmark[1], text)


def _without(text: str, names: Collection[str]) -> str | None:
    """A line above the table, without these benchmarks where it is a note of several; None when none is left."""
    note = _NOTE.match(text)
    if note is None:
        return text
    left = [name for name in note[1].split(", ") if name not in names]
    return f"The rows of {', '.join(left)}: {note[2]}" if left else None


def markdown(machine: Machine, suite: Sequence[Measured]) -> str:
    """The machine and how noisy it was, the table and the methods."""
    results = [result for measured in suite for result in measured.results]
    noise = f"Quiet repetitions: in {sum(result.quiet for result in results)} of {len(results)} rows."
    methods = [method(measured.benchmark) for measured in suite]
    return "\n".join([*(f"{fact}\n" for fact in (*machine.lines, noise)), _HEAD, *map(line, results), "", *methods])


def line(result: Result) -> str:
    """A row of the table."""
    name, goal, beside = declared(result.row)
    range_ = f" ({rounded(result.least)}-{rounded(result.most)})" if len(result.counted) > 1 else ""
    figure = f"{rounded(result.figure)}{range_} {result.row.unit}"
    if result.reference is not None:
        beside = f"{beside}: {rounded(result.reference)}"
    ratio = "-" if result.ratio is None else rounded(result.ratio)
    noise = f"{percent(result.noise.stolen)}, {percent(result.noise.others)}"
    return f"| {' | '.join((name, figure, goal, spoken(result), beside, ratio, noise))} |"


def declared(row: Row) -> tuple[str, str, str]:
    """What a table says of a row before anything is measured: its name, goal and reference."""
    return row.name, "-" if row.goal is None else f"{row.goal:,g} {row.unit}", row.reference or "-"


def method(benchmark: Benchmark) -> str:
    """How the rows of a benchmark are measured."""
    return f"* **{benchmark.name}**: {benchmark.method}"
