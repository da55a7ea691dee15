"""The charts of distributions: ECDFs by class, and the colours of the classes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ...measure.histogram import LogHistogram
from ...measure.summary import Fold
from ..ecdf import Curves, curves_of
from .chart import Chart, Series

MOST: Final = 8
"""So many classes can be told apart; of a workload with more, those with the most requests are shown."""
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


def tones_of(fold: Fold) -> dict[str, str]:
    """The colours of the classes with the most requests: a class has the same one in every chart."""
    _, classes = fold.spreads("e2e_all_ms")
    requests = {name: spread.values[0].n + spread.values[1] for name, spread in classes.items()}
    most = sorted(requests, key=lambda name: -requests[name])[:MOST]
    return {name: f"class{number}" for number, name in enumerate(sorted(most))}


def distributions(fold: Fold, gaps_ms: Mapping[str, LogHistogram], tones: Mapping[str, str]) -> Iterator[Chart]:
    """A chart for each figure that was measured, with a curve for each of the classes that have a colour."""
    for figure, title, hint in _FIGURES:
        whole, classes = fold.spreads(figure)
        values = {name: spread.values for name, spread in classes.items()}
        yield from _chart(figure, title, hint, values, whole.values, tones=tones)
    together = LogHistogram()
    for gaps in gaps_ms.values():
        together.merge(gaps.buckets)
    of_classes = {name: (gaps, 0) for name, gaps in sorted(gaps_ms.items())}
    yield from _chart("gaps_ms", "Gaps", _GAPS, of_classes, (together, 0), tones=tones)


def _chart(
    figure: str,
    title: str,
    hint: str,
    classes: Mapping[str, tuple[LogHistogram, int]],
    whole: tuple[LogHistogram, int],
    *,
    tones: Mapping[str, str],
) -> Iterator[Chart]:
    if not whole[0].n:
        return
    measured = {name: values for name, values in classes.items() if values[0].n}
    shown = [(name, values) for name, values in measured.items() if name in tones and len(measured) > 1]
    curves = curves_of([*(values for _, values in shown), whole])
    lines = [*((name, tones[name]) for name, _ in shown), (WHOLE, "ink")]
    left = len(measured) - len(shown) if len(measured) > 1 else 0
    more = f" The other {left} of {len(measured)} classes, with fewer requests, are in “{WHOLE}” only." if left else ""
    yield ecdf_chart(f"ecdf-{figure}", title, f"{hint}{more}", curves, lines)


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
