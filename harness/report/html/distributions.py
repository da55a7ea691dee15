"""The charts of distributions: ECDFs by class."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ...measure.histogram import LogHistogram
from ...measure.summary import Fold
from ..ecdf import Curves, curves_of
from .chart import Chart, Series

MOST: Final = 8
"""So many classes can be told apart; of a workload with more, those with the most values are shown."""
_REST: Final = "A curve that ends below 100% ends there because the rest failed."
_FIGURES: Final = (
    (
        "ttft_all_ms",
        "Time to first token",
        f"Of streams that were sent. {_REST}",
    ),
    (
        "e2e_all_ms",
        "Total latency",
        f"Of all that were sent. {_REST}",
    ),
    ("itl_ms", "Inter-token latency", "Of complete streams: the time each token took, once for every token."),
)
_GAPS: Final = "Of complete streams: the time between reads that brought content. Long ones are pauses that one sees."
WHOLE: Final = "all"


def distributions(fold: Fold, gaps_ms: Mapping[str, LogHistogram]) -> Iterator[Chart]:
    """A chart for each figure that was measured."""
    for figure, title, hint in _FIGURES:
        whole, classes = fold.spreads(figure)
        values = {name: spread.values for name, spread in classes.items()}
        yield from _chart(figure, title, hint, values, whole.values)
    together = LogHistogram()
    for gaps in gaps_ms.values():
        together.merge(gaps.buckets)
    of_classes = {name: (gaps, 0) for name, gaps in sorted(gaps_ms.items())}
    yield from _chart("gaps_ms", "Gaps", _GAPS, of_classes, (together, 0))


def _chart(
    figure: str,
    title: str,
    hint: str,
    classes: Mapping[str, tuple[LogHistogram, int]],
    whole: tuple[LogHistogram, int],
) -> Iterator[Chart]:
    if not whole[0].n:
        return
    measured = {name: values for name, values in classes.items() if values[0].n}
    most = sorted(measured, key=lambda name: -measured[name][0].n)[:MOST]
    shown = [(name, values) for name, values in measured.items() if name in most and len(measured) > 1]
    curves = curves_of([*(values for _, values in shown), whole])
    tones = [(name, f"class{number}") for number, (name, _) in enumerate(shown)]
    yield ecdf_chart(f"ecdf-{figure}", title, hint, curves, [*tones, (WHOLE, "ink")])


def ecdf_chart(name: str, title: str, hint: str, curves: Curves, lines: Sequence[tuple[str, str]]) -> Chart:
    """The chart of curves, each with its label and tone."""
    return Chart(
        name=name,
        title=title,
        unit="%",
        x_unit="ms",
        x=curves.values_ms,
        x_log=True,
        y_max=100,
        height=240,
        hint=hint,
        series=[
            Series(name=f"{label} ({n:,})", y=[_percent(share) for share in shares], tone=tone)
            for (label, tone), shares, n in zip(lines, curves.shares, curves.counts, strict=True)
        ],
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 3)
