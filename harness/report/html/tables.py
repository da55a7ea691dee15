"""The tables of figures: objectives, classes, stages, labels."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ..numbers import DASH, quantity, rate
from ..stretches import Stretch
from .markup import Content, Markup, el, joined, table
from .words import count, share, span, spread_cells, usd, within

_HEAD: Final = (
    *("requests", "complete", "429", "5xx", "TTFT p50", "p95", "p99", "total p50", "p95", "p99", "ITL p50", "p99"),
    *("tokens/s", "cost"),
)
_USUAL: Final = 6
"""How many figures the page shows first; the style sheet has room for that many, or one more."""
_HELD: Final = {True: ("good", "held"), False: ("bad", "broken"), None: ("look", "undecided")}


def objectives(goals: Sequence[Mapping[str, Any]]) -> Markup:
    """What was asked of the run, and whether it held."""
    rows: list[list[Content]] = []
    for goal in goals:
        tone, word = _HELD[goal["held"]]
        value, limit = _quantity(goal["value"], goal["unit"]), _quantity(goal["limit"], goal["unit"])
        rows.append([goal["slo"], el("span", word, class_=f"pill {tone}"), value, limit, goal.get("why") or ""])
    return table("Objectives", ["objective", "", "measured", "limit", "remark"], rows, words=2)


def key_figures(told: Mapping[str, Any]) -> Markup:
    """The figures that one looks for first."""
    requests, ttft, e2e, tokens = (told[key] for key in ("requests", "ttft_ms", "e2e_ms", "tokens"))
    complete = requests["by_outcome"].get("complete", 0)
    shown = [
        ("requests", count(requests["total"]), f"{count(requests['logical'])} calls"),
        ("complete", share(complete, requests["total"]), f"{count(complete)} of them"),
        ("first token, p50", *_pair(ttft)),
        ("whole answer, p50", *_pair(e2e)),
        ("tokens per second", rate(tokens["total_per_s"]), f"{rate(tokens['completion_per_s'])} of answers"),
        ("cost at list prices", usd(told["cost_usd"]), _per_answer(told["cost_usd"], complete)),
    ]
    if good := told.get("goodput"):
        words = f"{rate(good['per_s'])}/s within {'; '.join(told['run'].get('goodput', ()))}"
        shown.insert(2, ("goodput", share(good["kept"], good["n"]), words))
    return el("dl", [_figure(*one) for one in shown], class_="figures" if len(shown) == _USUAL else "figures more")


def by_part(told: Mapping[str, Any], caption: str, parts: Mapping[str, Mapping[str, Any]]) -> Markup:
    """The parts of a run beside each other, and the whole."""
    rows = [_row(name, section) for name, section in parts.items()]
    head = [caption.rsplit(maxsplit=1)[-1], *_HEAD, *(["goodput"] if "goodput" in told else [])]
    return table(caption, head, [*rows, _row("all", told)], whole=True)


def stretches(caption: str, parts: Sequence[Stretch], starts_at: float) -> Markup:
    """When each stage or phase was."""
    rows = [[part.name, *(_since(at, starts_at) for at in (part.begins_at, part.ends_at))] for part in parts]
    return table(caption, ["name", "from", "to"], rows)


def _since(at: float | None, starts_at: float) -> str:
    return "the end" if at is None else span(max(at - starts_at, 0))


def _pair(spread: Mapping[str, Any]) -> tuple[str, str]:
    p50, p95 = spread_cells(spread, "p50", "p95")
    interval = within(spread, "p95")
    return p50, f"p95 {p95} ({interval})" if interval else f"p95 {p95}"


def _quantity(value: float | None, unit: str) -> str:
    return DASH if value is None else quantity(value, unit)


def _per_answer(cost_usd: float | None, complete: int) -> str:
    return f"{usd(cost_usd / complete)} a complete answer" if cost_usd is not None and complete else "no list price"


def _figure(name: str, value: str, beside: str) -> Markup:
    return el("div", el("dt", name), el("dd", el("b", value), " ", el("small", beside)))


def _row(name: str, section: Mapping[str, Any]) -> list[Content]:
    return [name, *_cells(section)]


def _cells(section: Mapping[str, Any]) -> Iterator[Content]:
    requests = section["requests"]
    complete = requests["by_outcome"].get("complete", 0)
    yield count(requests["total"])
    yield joined(count(complete), " ", el("small", share(complete, requests["total"])))
    yield count(requests["status_429"])
    yield count(requests["status_5xx"])
    yield from spread_cells(section["ttft_ms"], "p50", "p95", "p99")
    yield from spread_cells(section["e2e_ms"], "p50", "p95", "p99")
    yield from spread_cells(section["itl_ms"], "p50", "p99")
    yield rate(section["tokens"]["total_per_s"])
    yield usd(section["cost_usd"])
    if good := section.get("goodput"):
        yield joined(share(good["kept"], good["n"]), " ", el("small", f"{rate(good['per_s'])}/s"))
