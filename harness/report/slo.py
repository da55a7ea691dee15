"""What became of the SLOs, a line each."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.markup import escape

from ..measure.slo_result import SloResult
from ..measure.summary import Summary
from .numbers import DASH, quantity

WORDS: Final = {True: "held", False: "BROKEN", None: "cannot say"}
_STYLES: Final = {True: "green", False: "bold red", None: "bold yellow"}
_ORDER: Final = (False, None, True)


def verdict(results: Sequence[SloResult]) -> str:
    """All of them in a line: "2 of 3 SLOs held, 1 BROKEN"."""
    counts = {held: sum(result.held is held for result in results) for held in _ORDER}
    said = [f"{counts[True]} of {len(results)} SLO{'s' if len(results) > 1 else ''} held"]
    said += [f"{counts[False]} BROKEN"] if counts[False] else []
    said += [f"{counts[None]} cannot be judged"] if counts[None] else []
    return ", ".join(said)


def measured(result: SloResult) -> str:
    """What was measured, or why nothing could be: "1,203.4 ms", "p99 needs 300 values, there are 12"."""
    if result.value is not None:
        return quantity(result.value, result.unit)
    return result.why or DASH


def limit(result: SloResult) -> str:
    """What it was held against: "< 800 ms"."""
    return f"{result.op} {quantity(result.limit, result.unit)}"


def sentence(result: SloResult) -> str:
    """What became of one: "BROKEN: ttft.p95 < 0.8s: 1,203.4 ms (limit < 800 ms)"."""
    return f"{WORDS[result.held]}: {result.slo}: {measured(result)} (limit {limit(result)})"


def slo_lines(summary: Summary) -> Iterator[str]:
    """What the run was held against and what became of it, as markup; nothing where it was held against nothing."""
    if summary.aborted is not None:
        yield f"[bold red]aborted:[/bold red] {escape(summary.aborted)}"
    if not summary.slo:
        return
    yield f"[bold]{verdict(summary.slo)}[/bold]{'' if summary.valid else ', by a run that is not valid'}"
    width = max(len(result.slo) for result in summary.slo)
    for result in sorted(summary.slo, key=lambda each: _ORDER.index(each.held)):
        word, style = WORDS[result.held], _STYLES[result.held]
        padding = " " * (width - len(result.slo) + 2)
        yield (
            f"  [{style}]{word}[/{style}]{' ' * (12 - len(word))}{escape(result.slo)}{padding}"
            f"{escape(measured(result))} (limit {escape(limit(result))})"
        )
