"""The summary for a pull request: Markdown as GitHub and GitLab show it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..measure.section import Section
from ..measure.slo_result import SloResult
from ..measure.summary import Summary
from .goodput import goodput_line
from .numbers import DASH, duration, rate
from .slo import WORDS, limit, measured, verdict
from .terminal import WHOLE, headline

_MARKS: Final = {True: "✅", False: "❌", None: "⚠️"}
_HEADINGS: Final = (
    "class",
    "requests",
    "complete",
    "429",
    "5xx",
    "TTFT p50",
    "p95",
    "p99",
    "total p50",
    "p95",
    "p99",
    "tokens/s",
    "cost",
)


def markdown(summary: Summary, folder: Path) -> str:
    """The verdict, a table of the SLOs, one of the classes, and where the run is."""
    return "\n".join(_lines(summary, folder)) + "\n"


def _lines(summary: Summary, folder: Path) -> Iterator[str]:
    yield f"### {_title(summary)}"
    yield ""
    yield _text(headline(summary.run, summary.loop))
    yield ""
    if summary.why_not or summary.aborted is not None:
        yield from (f"* not a valid run: {_text(why)}" for why in summary.why_not)
        yield from ([] if summary.aborted is None else [f"* aborted: {_text(summary.aborted)}"])
        yield ""
    if summary.slo:
        yield from _table(("", "SLO", "measured", "limit"), map(_slo_row, summary.slo), numbers_from=2)
        yield ""
    if summary.whole.requests.total:
        rows = [*summary.classes.items(), (WHOLE, summary.whole)]
        yield from _table(_HEADINGS, (_row(name, section) for name, section in rows), numbers_from=1)
        yield ""
    for line in goodput_line(summary):
        yield _text(line)
        yield ""
    if summary.notes:
        yield from (f"* note: {_text(note)}" for note in summary.notes)
        yield ""
    yield f"Run folder: {_code(str(folder))}"


def _title(summary: Summary) -> str:
    if not summary.valid:
        return f"{_MARKS[None]} not a valid run"
    held = {result.held for result in summary.slo}
    worst = False if summary.aborted is not None or False in held else None if None in held else True
    said = verdict(summary.slo) if summary.slo else "held against no SLO"
    return f"{_MARKS[worst]} {'aborted, ' if summary.aborted is not None else ''}{said}"


def _slo_row(result: SloResult) -> tuple[str, ...]:
    return f"{_MARKS[result.held]} {WORDS[result.held]}", _code(result.slo), _text(measured(result)), limit(result)


def _row(name: str, section: Section) -> tuple[str, ...]:
    requests = section.requests
    counts = (requests.total, requests.by_outcome.get("complete", 0), requests.status_429, requests.status_5xx)
    times = [value for each in (section.ttft_ms, section.e2e_ms) for value in (each.p50, each.p95, each.p99)]
    cost = DASH if section.cost_usd is None else f"${section.cost_usd:.4f}"
    cells = (*(f"{count:,}" for count in counts), *map(duration, times), rate(section.tokens.completion_per_s), cost)
    return (f"**{WHOLE}**" if name == WHOLE else _text(name), *cells)


def _table(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]], numbers_from: int) -> Iterator[str]:
    yield _line(headings)
    yield _line(["---" if place < numbers_from else "---:" for place in range(len(headings))])
    yield from map(_line, rows)


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """Text of a run in which nothing is markup."""
    escaped = "".join(f"\\{char}" if char in r"\`*_[]<>|#" else char for char in text)
    return " ".join(escaped.split())


def _code(text: str) -> str:
    """Text as code; a bar would end the cell of a table even there."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text.replace('|', chr(92) + '|')}{fence}"
