"""report.html: a run as one page that carries everything it needs."""

import base64
import datetime
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

import orjson

from ..findings import Findings
from ..stretches import Stretch, phases_of
from ..terminal import headline as run_in_a_line
from . import sections, tables
from .chart import Chart
from .distributions import distributions
from .glossary import glossary
from .headline import Headline, headline
from .markup import Markup, el, more, section
from .scatters import scatters, turns
from .setup import setup
from .timelines import GROUP, seconds_of, timelines

_ASSETS: Final = files(__package__) / "assets"
_SCRIPTS: Final = ("uPlot.iife.min.js", "report.js")
_STYLES: Final = ("uPlot.min.css", "report.css")
_NO_SCRIPT: Final = "The charts need JavaScript; every table is readable without it."


def html(findings: Findings) -> str:
    """The page. It asks nobody for anything, and no text of the run can act in it."""
    told: Mapping[str, Any] = orjson.loads(findings.summary.to_json())
    charts = _charts(findings, told)
    shown = headline(told)
    body = el(
        "body",
        _top(told, shown),
        el("main", _sections(findings, told, charts)),
        el("footer", glossary()),
        el("script", _data(findings, told, charts), type="application/json", id="data"),
        [el("script", Markup(text)) for text in _texts(_SCRIPTS)],
    )
    return f"<!doctype html>\n{el('html', _head(told, shown), body, lang='en')}\n"


def _charts(findings: Findings, told: Mapping[str, Any]) -> dict[str, list[Chart]]:
    details = findings.details
    return {
        "time": timelines(details.timeseries, told["run"]),
        "distributions": list(distributions(findings.fold, details.gaps_ms)),
        "tokens": list(scatters(details)),
        "turns": list(turns(details.depth.ordered())),
    }


def _sections(findings: Findings, told: Mapping[str, Any], charts: Mapping[str, list[Chart]]) -> Iterator[Markup]:
    details, run = findings.details, told["run"]
    starts_at = details.timeseries.starts_at
    if goals := told.get("slo"):
        yield section("objectives", "Objectives", tables.objectives(goals))
    yield section("figures", "Figures", *_parts(told))
    if charts["time"]:
        yield section("time", "Over time", _key(findings, run), _figures(charts["time"], "column"))
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
    if told["labels"]:
        yield tables.by_part(told, "By label", told["labels"])


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
        el("p", f"{run_in_a_line(run)} · {_when(run)}", class_="run"),
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


def _data(findings: Findings, told: Mapping[str, Any], charts: Mapping[str, list[Chart]]) -> Markup:
    """What the script draws, as JSON that ends no element."""
    series = findings.details.timeseries
    data = {
        "charts": [chart.to_dict() for group in charts.values() for chart in group],
        "axes": {GROUP: seconds_of(series)},
        "stages": _seconds(findings.details.stages.stretches(), series.starts_at),
        "phases": _seconds(phases_of(told["run"]), series.starts_at),
    }
    return Markup(orjson.dumps(data).decode().replace("<", "\\u003c"))


def _seconds(parts: Iterable[Stretch], starts_at: float) -> list[list[str | float | None]]:
    return [
        [part.name, part.begins_at - starts_at, None if part.ends_at is None else part.ends_at - starts_at]
        for part in parts
    ]


def _head(told: Mapping[str, Any], shown: Headline) -> Markup:
    scripts = " ".join(_hash(text) for text in _texts(_SCRIPTS))
    styles = " ".join(_hash(text) for text in _texts(_STYLES))
    policy = f"default-src 'none'; script-src {scripts}; style-src {styles}; base-uri 'none'; form-action 'none'"
    name = told["run"].get("settings", {}).get("workload") or "run"
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", f"{name}: {shown.word}"),
        [el("style", Markup(text)) for text in _texts(_STYLES)],
    )


def _texts(names: Iterable[str]) -> list[str]:
    return [(_ASSETS / name).read_text("utf-8") for name in names]


def _hash(text: str) -> str:
    """How the policy names a script or style: by its content, so that nothing else runs."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
