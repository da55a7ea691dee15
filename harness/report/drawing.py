"""Drawing a view: lines of text for a terminal of any width."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rich.text import Text

from profiles.record import OUTCOMES

from .numbers import DASH, dollars, duration, rate
from .recent import RECENT_S
from .view import LIMITED, ClassView, Headroom, View

_SEPARATOR: Final = " · "
_BAR_CELLS: Final = 24
_NARROW: Final = 60
"""Below so many columns a class shows its time to first token only."""
_MOST_CLASSES: Final = 8
_CELL: Final = 9
"""Columns of a figure in the table of classes."""
_NEARLY_USED: Final = 0.1
"""Less than that share of a limit or a budget left is shown in red."""


def drawn(view: View, width: int) -> list[Text]:
    """The view as lines, none of them wider than `width` columns."""
    lines = [
        *flow(_course(view), width),
        *flow(_counts(view), width),
        *_classes(view.classes, width),
        *flow(_limits(view.headroom), width),
    ]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return lines


def flow(items: Iterable[Text], width: int) -> list[Text]:
    """Items beside each other with dots between them, as many to a line as fit."""
    lines: list[Text] = []
    for item in items:
        if lines and len(lines[-1]) + len(_SEPARATOR) + len(item) <= width:
            lines[-1].append(_SEPARATOR, "dim").append_text(item)
        else:
            lines.append(item)
    return lines


def clock(seconds: float) -> str:
    """Seconds as on a clock: "0:07", "12:30", "1:02:03"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _course(view: View) -> Iterator[Text]:
    """Where the run is, and how much is asked."""
    yield _said(clock(view.elapsed_s))
    if view.left_s is not None:
        yield _bar(view.elapsed_s, view.left_s)
        yield _said(clock(view.left_s), "left")
    if view.calls_left is not None:
        yield _said(f"{view.calls_left:,}", "calls left")
    if view.stage is not None:
        yield _said(view.stage, before="stage")
    if view.phase is not None:
        yield _said(view.phase, before="phase", style="bold magenta")
    users = f"{view.users:,}"
    asked = "users" if view.users_asked in (None, view.users) else f"of {view.users_asked:,} users"
    yield _said(users, asked)
    if view.rate_asked is not None:
        yield _said(f"{rate(view.rate_asked)}/s", f"asked, {rate(view.rate_sent)}/s sent")
    if view.in_flight is not None:
        yield _said(f"{view.in_flight:,}", "in flight")


def _counts(view: View) -> Iterator[Text]:
    """What came of it so far."""
    yield _said(f"{view.requests:,}", f"requests, {rate(view.ended_per_s)}/s")
    yield _said(f"{view.outcomes.get('complete', 0):,}", "complete", style="bold green")
    yield _said(f"{view.limited:,}", "x 429", style="bold yellow" if view.limited else "bold")
    for outcome in OUTCOMES:
        count = view.outcomes.get(outcome, 0)
        if count and outcome not in ("complete", *LIMITED):
            yield _said(f"{count:,}", outcome.replace("_", " "), style="bold red")
    yield _said(rate(view.tokens_per_s), "tokens/s")
    if view.cost_usd is not None or view.budget_usd is not None:
        yield _money(view.cost_usd or 0.0, view.budget_usd)
    for each in view.used:
        near = each.used > (1 - _NEARLY_USED) * each.cap
        yield _said(f"{each.used:,}", f"of {each.cap:,} {each.unit}", style="bold red" if near else "bold")


def _money(cost_usd: float, budget_usd: float | None) -> Text:
    spent = dollars(cost_usd)
    if budget_usd is None:
        return _said(spent)
    near = cost_usd > (1 - _NEARLY_USED) * budget_usd
    return _said(spent, f"of ${budget_usd:g}", style="bold red" if near else "bold")


def _classes(classes: Sequence[ClassView], width: int) -> list[Text]:
    """A table of the classes in the last seconds, cut where there are many."""
    if not classes:
        return []
    headings = ["TTFT p50", "p95"] + ([] if width < _NARROW else ["total p50", "p95"])
    longest = max(len(f"last {RECENT_S:.0f} s"), *(len(view.name) for view in classes))
    room = min(longest, max(width - (_CELL + 1) * len(headings), _CELL))
    lines = [Text(_row(f"last {RECENT_S:.0f} s", headings, room), "dim")]
    for view in classes[:_MOST_CLASSES]:
        times = (view.ttft_p50_ms, view.ttft_p95_ms, view.e2e_p50_ms, view.e2e_p95_ms)
        lines.append(Text(_row(view.name, [duration(ms) for ms in times][: len(headings)], room)))
    if len(classes) > _MOST_CLASSES:
        lines.append(Text(f"and {len(classes) - _MOST_CLASSES} classes more", "dim"))
    return lines


def _row(name: str, cells: Sequence[str], room: int) -> str:
    short = name if len(name) <= room else f"{name[: room - 1]}…"
    return f"{short:<{room}}" + "".join(f" {cell:>{_CELL}}" for cell in cells)


def _limits(headroom: Sequence[Headroom]) -> Iterator[Text]:
    """What is left of the rate limits, model by model."""
    for number, left in enumerate(headroom):
        same = number > 0 and headroom[number - 1].model == left.model
        near = left.limit is not None and left.left < _NEARLY_USED * left.limit
        of = "" if left.limit is None else f" of {left.limit:,}"
        style = "bold red" if near else "bold"
        yield _said(f"{left.left:,}", f"{left.unit}{of} left", before="" if same else left.model, style=style)


def _bar(elapsed_s: float, left_s: float) -> Text:
    done = round(_BAR_CELLS * elapsed_s / (elapsed_s + left_s)) if elapsed_s + left_s > 0 else 0
    return Text().append("━" * done, "cyan").append("─" * (_BAR_CELLS - done), "dim")


def _said(figure: str, after: str = "", *, before: str = "", style: str = "bold") -> Text:
    """A figure with words around it."""
    text = Text().append(f"{before} " if before else "", "dim").append(figure or DASH, style)
    return text.append(f" {after}") if after else text
