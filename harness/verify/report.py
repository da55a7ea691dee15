"""A verification for a person, and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .level import Bounds, Exact, Level
from .matrix import Matrix

VERSION: Final = 1
SHOWN: Final = 12
_DASH: Final = "–"
_WHOLE_MS: Final = 100
"""From here on a fraction of a millisecond is nothing to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Everything that was found. `matrix` is None where it was not asked for; `chunks` says that the journal had writes
    to compare gaps with."""

    levels: Sequence[Level]
    bounds: Bounds
    matrix: Matrix | None
    chunks: bool

    @property
    def proven_streams(self) -> int | None:
        """The most streams in one worker up to which every level was within the bounds; None when not even the first
        was."""
        most = None
        for level in self.levels:
            if level.not_held:
                break
            most = level.streams
        return most

    @property
    def holds(self) -> bool:
        """Whether the harness tells the truth here: at some load, and of every fault."""
        return self.proven_streams is not None and (self.matrix is None or self.matrix.holds)

    def to_json(self) -> bytes:
        """The file's bytes."""
        table: dict[str, Any] = {
            "v": VERSION,
            "holds": self.holds,
            "proven_streams_per_worker": self.proven_streams,
            "bounds": asdict(self.bounds),
            "levels": [level.to_dict() for level in self.levels],
        }
        if self.matrix is not None:
            table["outcomes"] = self.matrix.to_dict()
        return orjson.dumps(table, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def show(console: Console, found: Verification) -> None:
    """Print it."""
    for line in _parts(found):
        console.print(line, soft_wrap=isinstance(line, str), highlight=False)


def _parts(found: Verification) -> Iterator[str | Table]:
    yield ""
    yield levels_table(found.levels)
    if not found.chunks:
        yield "longest gaps were not compared: the mock keeps no writes (mockserver serve --journal-chunks)"
    for level in found.levels:
        if level.not_held:
            yield f"[bold]{level.streams:,} streams:[/bold] {escape('; '.join(level.not_held))}"
    if found.matrix is not None:
        yield from _outcomes(found.matrix)
    yield _verdict(found)


def levels_table(levels: Sequence[Level]) -> Table:
    """A row a level."""
    title = "the harness's own error: received minus written, ms"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1))
    table.caption = "late: to read what had come; mock: behind its own plan"
    table.caption_justify = "left"
    figures = _three("p50", "p99", "max")
    for heading in (
        *("streams", "tokens/s", f"first token\n{figures}", f"longest gap\n{figures}", f"end\n{figures}"),
        *("ITL", "counts\noff", "late\np99", "mock\nmax"),
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for level in levels:
        table.add_row(
            f"{level.streams:,}",
            _DASH if level.events_per_s is None else f"{level.events_per_s:,.0f}",
            *(_figures(exact) for exact in (level.first_ms, level.gap_ms, level.end_ms)),
            _DASH if level.itl is None else f"{level.itl:+.2%}",
            f"{level.tokens_differ:,}",
            _ms(level.lag_ms.p99),
            _ms(level.mock_late_ms),
        )
    return table


def _figures(figures: Exact) -> str:
    return _three(_ms(figures.p50), _ms(figures.p99), _ms(figures.max))


def _three(*texts: str) -> str:
    """Three figures below each other's like in one column: there is no room for a column each."""
    return " ".join(f"{text:>5}" for text in texts)


def _ms(value: float | None) -> str:
    if value is None:
        return _DASH
    return f"{value:.2f}" if abs(value) < _WHOLE_MS else f"{value:.0f}"


def _outcomes(matrix: Matrix) -> Iterator[str]:
    faults = len({cell.fault for cell in matrix.cells} - {"none"})
    yield (
        f"outcomes: {matrix.right:,} of {matrix.requests:,} as due, over {faults} kinds of fault, streamed and plain"
    )
    for cell, count in matrix.wrong()[:SHOWN]:
        yield f"  {count:>5,}  {escape(str(cell))}"
    if matrix.untried:
        names = ", ".join(f"{fault} ({'streamed' if streamed else 'plain'})" for fault, streamed in matrix.untried)
        yield f"  not tried: {escape(names)}"


def _verdict(found: Verification) -> str:
    if found.matrix is not None and not found.matrix.holds:
        return "[bold red]not proven:[/bold red] not every outcome was told as it was"
    if found.proven_streams is None:
        return "[bold red]not proven:[/bold red] the error was beyond the bounds at the lowest load already"
    beyond = "" if any(level.not_held for level in found.levels) else " at least"
    return f"[bold]proven on this machine:{beyond} {found.proven_streams:,} streams a worker[/bold]"
