"""report.html: a run as one page that carries everything it needs."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import orjson

from ..findings import Findings
from ..stretches import Stretch, phases_of
from ..terminal import headline as run_in_a_line
from . import sections, tables
from .chart import Chart
from .distributions import distributions, tones_of
from .frame import framed
from .glossary import glossary
from .headline import Headline, headline
from .markup import Markup, el, joined, more, section
from .scatters import scatters, turns
from .setup import setup
from .timelines import GROUP, seconds_of, timelines
from .words import span as span_words

_NO_SCRIPT: Final = "The charts need JavaScript; every table is readable without it."


def html(findings: Findings) -> str:
    """The page. It asks nobody for anything, and no text of the run can act in it."""
    return page_of(findings, orjson.loads(findings.summary.to_json()))


def page_of(findings: Findings, told: Mapping[str, Any]) -> str:
    """The page of a run whose summary.json says this."""
    charts = _charts(findings, told)
    shown = headline(told)
    name = told["run"].get("settings", {}).get("workload") or "run"
    content = joined(_top(told, shown), el("main", _sections(findings, told, charts)), el("footer", glossary()))
    return framed(f"{name}: {shown.word}", content, _data(findings, told, charts))


def _charts(findings: Findings, told: Mapping[str, Any]) -> dict[str, list[Chart]]:
    details, tones = findings.details, tones_of(findings.fold)
    return {
        "time": timelines(details.timeseries, told["run"]),
        "distributions": list(distributions(findings.fold, details.gaps_ms, tones)),
        "tokens": list(scatters(details, tones)),
        "turns": list(turns(details.depth.ordered())),
    }


def _sections(findings: Findings, told: Mapping[str, Any], charts: Mapping[str, list[Chart]]) -> Iterator[Markup]:
    details, run = findings.details, told["run"]
    starts_at = details.timeseries.starts_at
    if goals := told.get("slo"):
        yield section("objectives", "Objectives", tables.objectives(goals))
    if findings.look_at:
        yield section("look-at", "What to look at", el("ol", [el("li", advice) for advice in findings.look_at]))
    yield section("figures", "Figures", *_parts(told))
    if charts["time"]:
        yield section("time", "Over time", _left_out(told), _key(findings, run), _figures(charts["time"], "column"))
    if charts["distributions"]:
        yield section("distributions", "Distributions", _figures(charts["distributions"], "grid"))
    if details.by_tokens.prompt.ordered():
        yield section("tokens", "Tokens", _figures(charts["tokens"], "grid"), sections.tokens(details.by_tokens))
    if charts["turns"]:
        turn_table = sections.depth(details.depth.ordered())
        yield section("conversations", "Conversations", _figures(charts["turns"], "grid"), turn_table)
    failed = sections.failures(details.errors.most_common(), told["requests"]["total"], starts_at)
    yield section("failures", "Failures", failed)
    yield section("retries", "Retries", sections.retries(told["calls"], details.attempts.ordered()))
    yield section("cost", "Cost", sections.costs(details.costs.ordered()))
    yield section("setup", "How it was run", setup(run))


def _parts(told: Mapping[str, Any]) -> Iterator[Markup]:
    yield tables.by_part(told, "By class", told["classes"])
    if told["stages"]:
        yield tables.by_part(told, "By stage", {stage["name"]: stage for stage in told["stages"]})
    if phases := told.get("phases"):
        yield tables.by_part(told, "By phase", {phase["name"]: phase for phase in phases})
    if told["labels"]:
        yield tables.by_part(told, "By label", told["labels"])


def _left_out(told: Mapping[str, Any]) -> Markup:
    """What the hatching means, where anything is left out of the figures."""
    until = _warm_until(told)
    if until is None:
        return Markup("")
    words = f"warm-up: the first {span_words(told['warm_up']['seconds'])}, left out of latencies and rates elsewhere"
    return el("p", el("span", "", class_="swatch"), words, class_="hint")


def _warm_until(told: Mapping[str, Any]) -> float | None:
    """When the warm-up was over (epoch seconds); None where nothing was left out."""
    warm = told.get("warm_up") or {}
    until: float | None = warm.get("until")
    return until if warm.get("attempts") else None


def _key(findings: Findings, run: Mapping[str, Any]) -> Markup:
    """Which stages and phases are marked."""
    starts_at = findings.details.timeseries.starts_at
    named = [("Stages of the load", findings.details.stages.stretches()), ("Phases of the mock", phases_of(run))]
    shown = [tables.stretches(caption, parts, starts_at) for caption, parts in named if parts]
    return more("Stages and phases", el("div", shown, class_="pair")) if shown else Markup("")


def _top(told: Mapping[str, Any], shown: Headline) -> Markup:
    run = told["run"]
    remarks = [*told["why_not"][1:], *told["notes"]]
    return el(
        "header",
        el("p", f"{run_in_a_line(run, told.get('loop'))} · {_when(run)}", class_="run"),
        el("h1", el("span", shown.word, class_=f"pill {shown.tone}"), " ", shown.sentence),
        el("p", shown.more, class_="lede") if shown.more else "",
        el("ul", [el("li", remark) for remark in remarks], class_="remarks") if remarks else "",
        tables.key_figures(told),
        el("noscript", el("p", _NO_SCRIPT)),
    )


def _when(run: Mapping[str, Any]) -> str:
    if "started_at" not in run:
        return "at an unknown time"
    return datetime.datetime.fromtimestamp(run["started_at"], datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _figures(charts: Iterable[Chart], layout: str) -> Markup:
    return el("div", [chart.figure() for chart in charts], class_=layout)


def _data(findings: Findings, told: Mapping[str, Any], charts: Mapping[str, list[Chart]]) -> dict[str, Any]:
    """What the script draws."""
    series = findings.details.timeseries
    until = _warm_until(told)
    return {
        "charts": [chart.to_dict() for group in charts.values() for chart in group],
        "axes": {GROUP: seconds_of(series)},
        "stages": _seconds(findings.details.stages.stretches(), series.starts_at),
        "phases": _seconds(phases_of(told["run"]), series.starts_at),
        "warmUp": None if until is None else until - series.starts_at,
    }


def _seconds(parts: Iterable[Stretch], starts_at: float) -> list[list[str | float | None]]:
    return [
        [part.name, part.begins_at - starts_at, None if part.ends_at is None else part.ends_at - starts_at]
        for part in parts
    ]
