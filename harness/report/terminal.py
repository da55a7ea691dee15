"""The summary for a person at a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

from profiles.record import OUTCOMES, Outcome

from ..measure.section import Calls, Section
from ..measure.summary import Summary
from .failures import Failure
from .folding import FoldingTable, Row
from .goodput import good_rate, good_share, goodput_line
from .intervals import intervals_line
from .numbers import duration, rate, share
from .slo import slo_lines
from .stages import phases_table, stages_table

WIDTH: Final = 110
"""Columns where standard output is not a terminal."""
WHOLE: Final = "all"
_LATENCIES: Final = "time to first token (TTFT) and total latency of complete requests; tokens per second"
_SCALES: Final = {"trace_speed": "at speed", "trace_rate": "at rate"}
_BY_STATUS: Final[frozenset[Outcome]] = frozenset({"complete", "rate_limited", "quota_exhausted", "server_error"})
"""Outcomes that are counted as complete, 429 or 5xx; any other has a column of its own where it occurred."""


def stdout() -> Console:
    """Standard output as a console: as wide as its terminal, `WIDTH` where it is none."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDTH)


def show(
    console: Console,
    summary: Summary,
    failures: Sequence[Failure],
    folder: Path,
    mismatches: Sequence[str] = (),
    *,
    look_at: Sequence[str] = (),
) -> None:
    """Print a summary, the failures and wrong models that were most frequent, what to look at, where the files are."""
    for part in _parts(summary, failures, folder, mismatches, look_at):
        console.print(part, soft_wrap=isinstance(part, str), highlight=False)


def _parts(
    summary: Summary, failures: Sequence[Failure], folder: Path, mismatches: Sequence[str], look_at: Sequence[str]
) -> Iterator[RenderableType]:
    yield ""
    yield from verdict_lines(summary)
    yield from (f"[bold]note:[/bold] {escape(note)}" for note in summary.notes)
    yield f"[bold]{escape(headline(summary.run, summary.loop))}[/bold]"
    if summary.whole.requests.total:
        yield requests_table(summary)
        yield latency_table(summary)
        yield from intervals_line(summary.whole)
        yield from map(escape, goodput_line(summary))
    if summary.stages:
        yield stages_table(summary)
    if summary.phases:
        yield phases_table(summary)
    if "open_loop" in summary.run:
        yield _arrivals(summary.run["open_loop"], summary.whole)
    if summary.whole.requests.retries:
        yield _calls(summary.whole.calls)
    if failures:
        yield ""
        yield "most frequent failures"
        yield from (f"  {failure.count:>6,}  {escape(str(failure))}" for failure in failures)
    if mismatches:
        yield ""
        yield "another model answered than the one that was asked"
        yield from (f"  {escape(line)}" for line in mismatches)
    if look_at:
        yield ""
        yield "[bold]what to look at[/bold]"
        yield _numbered(look_at)
        yield ""
    if summary.whole.cost_usd is not None:
        yield f"cost at list prices: ${summary.whole.cost_usd:.4f}"
    yield f"run folder: {escape(str(folder))}"


def verdict_lines(summary: Summary) -> Iterator[str]:
    """What the run proves, as markup: whether it is valid, and what became of its SLOs."""
    if not summary.valid:
        first, *others = summary.why_not
        yield f"[bold red]not a valid run:[/bold red] {escape(first)}"
        yield from (f"  {escape(why)}" for why in others)
    yield from slo_lines(summary)


def _numbered(sentences: Sequence[str]) -> Table:
    """Sentences, one below the other, each broken between words."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    for number, sentence in enumerate(sentences, start=1):
        table.add_row(f"  {number}.", escape(sentence))
    return table


def _calls(calls: Calls) -> str:
    """What retries made of the calls."""
    if calls.amplification is None or calls.complete_at_first is None:
        return f"{calls.attempts:,} attempts of no call that began here"
    return (
        f"{calls.n:,} calls: complete at first {share(calls.complete_at_first, 1)}, "
        f"in the end {share(calls.complete_in_the_end or 0.0, 1)}; "
        f"{calls.amplification:.2f} attempts and {(calls.wait_ms_per_call or 0) / 1000:.2f} s of waiting each"
    )


def headline(run: Mapping[str, Any], loop: str | None = None) -> str:
    """What was run, in a line, from the content of run.json; `loop` is whether it was open or closed."""
    settings = run.get("settings", {})
    crew = run.get("crew", {})
    ends = [f"{settings['run_time_s']:g} s"] if "run_time_s" in settings else []
    ends += [f"{settings['requests']} calls"] if "requests" in settings else []
    said = [
        settings.get("workload") or "own users",
        f"against {settings.get('host', '?')}",
        *_load(settings),
        f"{count} workers" if (count := crew.get("processes", 1) + crew.get("awaited", 0)) > 1 else "",
        " or ".join(ends),
        f"retry {settings['retry']}" if "retry" in settings else "",
        f"seed {settings['seed']}" if "seed" in settings else "",
        "" if loop is None else f"{loop} loop",
    ]
    return " · ".join(part for part in said if part)


def _load(settings: Mapping[str, Any]) -> Iterator[str]:
    """How much was asked when."""
    if "users_plan" in settings:
        yield f"users {settings['users_plan']}"
        return
    if "rate" in settings:
        yield f"{settings['rate']} arrivals per second, {settings['arrivals']}"
    if "trace" in settings:
        scales = [f"{what} {settings[key]:g}" for key, what in _SCALES.items() if key in settings]
        yield " ".join([f"trace {Path(settings['trace']).name}", *scales])
    if "users" in settings:
        yield f"{'up to ' if 'rate' in settings or 'trace' in settings else ''}{settings['users']} users"


def _arrivals(fed: Mapping[str, Any], whole: Section) -> str:
    """What became of the arrivals of an open load."""
    late = whole.lateness_ms
    waited = f"{fed['waited']:,} found no free user" if fed["waited"] else f"at most {fed['needed']} users busy at once"
    times = f"sent late by p50 {duration(late.p50)}, p99 {duration(late.p99)}, at most {duration(late.max)}"
    return f"{fed['due']:,} arrivals, {waited}; {times}"


def requests_table(summary: Summary) -> FoldingTable:
    """Attempts and how they ended, per class and label.

    Right of the calls and retries every attempt is in exactly one column.
    """
    rows = _rows(summary)
    occurred = {outcome for _, section in rows for outcome in section.requests.by_outcome}
    others = [outcome for outcome in OUTCOMES if outcome in occurred - _BY_STATUS]

    def counts(section: Section) -> list[str]:
        requests = section.requests
        told = [requests.total, requests.logical, requests.retries, requests.by_outcome.get("complete", 0)]
        told += [requests.status_429, requests.status_5xx, *(requests.by_outcome.get(other, 0) for other in others)]
        return [f"{count:,}" for count in told]

    headings = ["requests", "calls", "retries", "complete", "429", "5xx", *(name.replace("_", " ") for name in others)]
    return FoldingTable(
        title="requests, and how they ended",
        heading="class",
        groups=[[heading] for heading in headings],
        rows=[_row(summary, name, counts(section)) for name, section in rows],
    )


def latency_table(summary: Summary) -> FoldingTable:
    """Time to first token, whole latency and tokens per second, per class and label."""

    def figures(section: Section) -> list[str]:
        times = [value for each in (section.ttft_ms, section.e2e_ms) for value in (each.p50, each.p95, each.p99)]
        rates = (section.tokens.prompt_per_s, section.tokens.completion_per_s, section.tokens.total_per_s)
        good = [good_share(section.goodput), good_rate(section.goodput)] if has_goodput else []
        return [*map(duration, times), *map(rate, rates), *good]

    has_goodput = summary.whole.goodput is not None
    groups = [["TTFT p50", "p95", "p99"], ["total p50", "p95", "p99"], ["prompt", "compl.", "total"]]
    return FoldingTable(
        title=f"{_LATENCIES}; goodput" if has_goodput else _LATENCIES,
        heading="class",
        groups=[*groups, *([["goodput", "/s"]] if has_goodput else [])],
        rows=[_row(summary, name, figures(section)) for name, section in _rows(summary)],
        caption="– : too few for that percentile, or nothing to measure (an unstreamed answer has no first token)",
    )


def _rows(summary: Summary) -> list[tuple[str, Section]]:
    """The classes and the labels by name, then the whole."""
    return [*summary.classes.items(), *summary.labels.items(), (WHOLE, summary.whole)]


def _row(summary: Summary, name: str, cells: list[str]) -> Row:
    """A row; the labels stand apart from the classes, and the whole from both."""
    first, *_ = [*summary.classes, *summary.labels, WHOLE]
    apart = name != first and name in (WHOLE, next(iter(summary.labels), WHOLE))
    return Row(name, cells, bold=name == WHOLE, apart=apart)
