"""A comparison for a person: at a terminal, or as Markdown for a pull request."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich import box
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from ..report.numbers import DASH, duration, rate
from .comparison import Comparison
from .estimate import WHOLE
from .verdict import SHARES, Row

HEADINGS = ("", "base", "run", "change", "95 % interval", "verdict")
_STYLES = {"worse": "red", "better": "green", "noise": "dim", "too few": "dim"}
FOOTNOTE = (
    "noise: no more than chance may do, considering how many rows there are (Holm, 5 %: the whole run by itself, its "
    "parts together). complete: points. cost: USD of 1,000 calls. Bands: tokens."
)


def parts(comparison: Comparison, *, everything: bool) -> Iterator[RenderableType]:
    """What is printed: what differs besides, the table, the conditions."""
    yield ""
    yield f"[bold]{escape(comparison.other.name)} against {escape(comparison.base.name)}[/bold]"
    yield from (f"[bold red]{escape(line)}[/bold red]" for line in comparison.doubts)
    yield from (f"[bold]differs:[/bold] {escape(line)}" for line in comparison.differing)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), caption=FOOTNOTE, caption_justify="left")
    for number, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="left" if number in (0, 5) else "right", no_wrap=True)
    for section, rows, left in selected(comparison.rows, everything=everything):
        if section != WHOLE:
            table.add_section()
            table.add_row(f"[bold]{escape(section)}[/bold]{escape(left)}")
        for row in rows:
            table.add_row(*map(escape, cells(row)), style=_STYLES[row.verdict])
    yield table
    yield from (escape(str(judged)) for judged in comparison.conditions)


def markdown(comparison: Comparison, *, everything: bool) -> str:
    """The same for a pull request."""
    lines = [f"### `{comparison.other.name}` against `{comparison.base.name}`", ""]
    lines += [f"* **{line}**" for line in comparison.doubts]
    lines += [f"* differs: {line}" for line in comparison.differing]
    lines += [f"* {judged}" for judged in comparison.conditions]
    lines += ["", "| " + " | ".join(HEADINGS) + " |", "|---|--:|--:|--:|--:|---|"]
    for section, rows, left in selected(comparison.rows, everything=everything):
        if section != WHOLE:
            lines.append(f"| **{section}**{left} | | | | | |")
        lines += ["| " + " | ".join(cells(row)) + " |" for row in rows]
    return "\n".join([*lines, "", FOOTNOTE, ""])


def selected(rows: Sequence[Row], *, everything: bool) -> Iterator[tuple[str, list[Row], str]]:
    """Section by section the rows that are shown, and a word of those that are not.

    Of the whole run all; of a class or a band those that changed, unless everything is to be seen.
    """
    for section, group in groupby(rows, key=lambda row: row.section):
        here = list(group)
        if everything or section == WHOLE:
            yield section, here, ""
            continue
        told = [row for row in here if row.verdict in ("worse", "better")]
        noise = sum(row.verdict == "noise" for row in here)
        few = len(here) - len(told) - noise
        left = [f"{noise} x noise"] * (noise > 0) + [f"{few} x too few"] * (few > 0)
        if told or noise:
            yield section, told, f"  ({', '.join(left)})" if left else ""


def cells(row: Row) -> tuple[str, ...]:
    """A row as text."""
    return (row.metric, _figure(row, row.base), _figure(row, row.other), *_change(row), row.verdict)


def _figure(row: Row, value: float | None) -> str:
    if value is None:
        return DASH
    if "." in row.metric:
        return duration(value)
    if row.metric in SHARES:
        return f"{value:.2%}"
    if row.metric in ("throughput", "tokens_per_s"):
        return f"{rate(value)}/s"
    return f"{value:.4g}"


def _change(row: Row) -> tuple[str, str]:
    if row.change is None or row.low is None or row.high is None:
        return DASH, DASH
    unit = "" if row.metric in SHARES else "%"
    change, low, high = (f"{100 * end:+.1f}{unit}" for end in (row.change, row.low, row.high))
    return change, f"{low} to {high}"
