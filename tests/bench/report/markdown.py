"""Results as the part of a page that is generated: between two marks, so that the rest of the page stays."""

from collections.abc import Sequence
from typing import Final

from ..machine import Machine
from ..result import Result
from ..row import Benchmark, Row
from ..running import Measured
from .numbers import percent, rounded
from .text import spoken

BEGIN: Final = "<!-- written by: python -m tests.bench --markdown -->"
END: Final = "<!-- end of what is written -->"

_HEAD: Final = (
    "| row | figure (min-max) | goal | verdict | reference | ratio | stolen, others |\n|---|---|---|---|---|---|---|"
)


def replaced(page: str, machine: Machine, suite: Sequence[Measured]) -> str:
    """The page with new results between its marks. Raises ValueError when it has no marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no lines {BEGIN!r} and {END!r} for the results to stand between")
    return f"{before}{BEGIN}\n{markdown(machine, suite)}\n{END}{after}"


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
