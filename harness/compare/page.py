"""A comparison as one page that needs no network: the tables, and the distributions of all runs over each other."""

from collections.abc import Iterator, Sequence
from typing import Final

from ..report.ecdf import curves_of
from ..report.html.chart import Chart
from ..report.html.distributions import ecdf_chart
from ..report.html.frame import framed
from ..report.html.markup import Markup, el, joined, section, table
from .comparison import Comparison, Run
from .estimate import WHOLE, sections
from .show import FOOTNOTE, HEADINGS, cells, selected

MOST_RUNS: Final = 7
"""So many curves can be told apart: the base and six others."""
_LATENCIES: Final = (
    ("ttft", "Time to first token"),
    ("itl", "Inter-token latency"),
    ("e2e", "Total latency"),
)
_HINT: Final = "Of complete attempts: the share that took at most so long. A curve further left is faster."


def page(comparisons: Sequence[Comparison], *, everything: bool) -> str:
    """The page of runs that were compared with the same base."""
    runs = [comparisons[0].base, *(each.other for each in comparisons)][:MOST_RUNS]
    parts = {name: list(_charts(name, runs)) for name in _shared_sections(runs)}
    names = [comparisons[0].base.name, *(each.other.name for each in comparisons)]
    few = f"The curves of the first {len(runs)} runs; more could not be told apart." if len(names) > len(runs) else ""
    content = joined(
        el("header", el("h1", f"{', '.join(names[1:])} against {names[0]}"), [_top(each) for each in comparisons]),
        el(
            "main",
            [
                section(f"run{number}", each.other.name, *_tables(each, everything=everything))
                for number, each in enumerate(comparisons)
            ],
            [
                section(name, "Distributions" if name == WHOLE else name, el("p", few, class_="hint"), _grid(charts))
                for name, charts in parts.items()
                if charts
            ],
        ),
        el("footer", el("p", FOOTNOTE)),
    )
    drawn = [chart.to_dict() for charts in parts.values() for chart in charts]
    return framed(
        f"{' and '.join(names[1:])} against {names[0]}",
        content,
        {
            "charts": drawn,
            "axes": {},
            "stages": [],
            "phases": [],
            "warmUp": None,
        },
    )


def _top(each: Comparison) -> Markup:
    """What has to be known before any figure: doubts, differing settings, conditions."""
    changed = [row.verdict for row in each.rows if row.section == WHOLE]
    words = f"{each.other.name}: {changed.count('worse')} figures worse, {changed.count('better')} better, "
    words += f"{changed.count('noise')} no more than noise"
    remarks = [*each.doubts, *map(str, each.conditions), *(f"differs: {line}" for line in each.differing)]
    shown = el("ul", [el("li", remark) for remark in remarks], class_="remarks") if remarks else ""
    return joined(el("p", words, class_="lede"), shown)


def _tables(each: Comparison, *, everything: bool) -> Iterator[Markup]:
    for name, rows, left in selected(each.rows, everything=everything):
        if rows:
            head = ["figure", *HEADINGS[1:]]
            yield table(f"{name}{left}", head, [list(cells(row)) for row in rows])


def _shared_sections(runs: Sequence[Run]) -> list[str]:
    """The whole run and the classes that every run has, if there are several."""
    classes = [name for name in runs[0].figures if name.startswith("class=")]
    shared = [name for name in classes if all(name in run.figures for run in runs)]
    return [WHOLE, *(shared if len(classes) > 1 else [])]


def _charts(name: str, runs: Sequence[Run]) -> Iterator[Chart]:
    """A chart for each latency that all runs have in a section."""
    for metric, title in _LATENCIES:
        values = []
        for run in runs:
            chosen = {part: who for part, who, _ in sections(run.sample.kinds)}
            if name in chosen:
                values.append(run.sample.histogram(metric, chosen[name]))
        if len(values) < len(runs) or not all(histogram.n for histogram in values):
            continue
        curves = curves_of([(histogram, 0) for histogram in values])
        lines = [(run.name, _tone(number)) for number, run in enumerate(runs)]
        yield ecdf_chart(f"{name}-{metric}", title, _HINT, curves, lines)


def _tone(number: int) -> str:
    return f"class{number - 1}" if number else "ink"


def _grid(charts: Sequence[Chart]) -> Markup:
    return el("div", [chart.figure() for chart in charts], class_="grid")
