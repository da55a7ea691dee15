"""When a run is to end early: conditions, and what the attempts so far say of them. Pure: time is an argument."""

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from profiles.record import Record

from ..measure.goodput import NO_OBJECTIVES, Objectives
from ..measure.section import NEITHER
from ..measure.tally import Tally
from .metrics import PERCENTILES
from .scope import Scope
from .slo import Slo, number, parse

DEFAULT_WINDOW_S: Final = 30.0
LEAST_WINDOW_S: Final = 1.0
LEAST_ATTEMPTS: Final = 20
"""So many attempts a window has to have before anything but a percentile, which knows its own need, is said of it."""

_OVER: Final = re.compile(r"(?P<what>.*\S)\s+over\s+(?P<time>\d+(?:\.\d+)?)\s*(?P<unit>s|m)\s*")
_IN_S: Final = {"s": 1.0, "m": 60.0}
_IN_A_ROW: Final = re.compile(r"\s*consecutive_failures\s*(?P<op>>=|>)\s*(?P<count>\d+)\s*")
_RIGHT: Final = (
    'write for example "errors > 20%", "ttft.p95 > 5s over 60s", "cost > 1usd", "consecutive_failures >= 10"'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What ends a run: a figure of the last `window_s` seconds (None: of the whole run so far), or failures in a row.

    `text` is what was written.
    """

    text: str
    slo: Slo | None = None
    window_s: float | None = None
    in_a_row: int | None = None

    @property
    def scope(self) -> Scope | None:
        """The part of the run it is about."""
        return None if self.slo is None else self.slo.scope


def condition_of(text: str) -> Condition:
    """The condition of a text: "METRIC OP VALUE [over TIME]". Raises ValueError with one line."""
    if "consecutive_failures" in text:
        return _in_a_row(text)
    timed = _OVER.fullmatch(text)
    slo = _figure(text if timed is None else timed["what"])
    if slo.metric == "cost":
        if timed is not None:
            raise ValueError("cost is that of the whole run so far; leave 'over' out")
        return Condition(text=text.strip(), slo=slo)
    window_s = DEFAULT_WINDOW_S if timed is None else float(timed["time"]) * _IN_S[timed["unit"]]
    if window_s < LEAST_WINDOW_S:
        raise ValueError(f"{text!r} looks back too little; write 1s or more, such as 30s")
    return Condition(text=text.strip(), slo=slo, window_s=window_s)


def _figure(text: str) -> Slo:
    try:
        return parse(text)
    except ValueError as error:
        said = str(error)
        raise ValueError(f"{text!r} is no condition; {_RIGHT}" if "is no SLO" in said else said) from None


def _in_a_row(text: str) -> Condition:
    found = _IN_A_ROW.fullmatch(text)
    count = 0 if found is None else int(found["count"]) + (found["op"] == ">")
    if count < 1:
        raise ValueError(f"{text!r} is no number of failures in a row; write for example consecutive_failures >= 10")
    return Condition(text=text.strip(), in_a_row=count)


class Aborts:
    """Conditions, and what was seen of them."""

    def __init__(self, conditions: Iterable[Condition], objectives: Objectives = NO_OBJECTIVES) -> None:
        self._watches = [
            _Streak(each) if each.in_a_row is not None else _Window(each, objectives) for each in conditions
        ]
        self._looked_at_s = 0.0

    def add(self, records: Sequence[Record], at_s: float) -> None:
        """Take in the attempts that became known at that time of the run."""
        if self._watches and records:
            in_order = sorted(records, key=_ended_at)
            for watch in self._watches:
                watch.add(in_order, at_s)

    def reason(self, at_s: float) -> str:
        """Why the run is to end at that time, "" where it is not. Looks once a second: windows are of whole seconds."""
        if int(at_s) == int(self._looked_at_s):
            return ""
        self._looked_at_s = at_s
        return next((reason for watch in self._watches if (reason := watch.reason(at_s))), "")


class _Streak:
    """Failures one after the other."""

    def __init__(self, condition: Condition) -> None:
        self._condition = condition
        self._now = self._most = 0

    def add(self, records: Sequence[Record], _at_s: float) -> None:
        for record in records:
            if record.outcome not in NEITHER:
                self._now = 0 if record.outcome == "complete" else self._now + 1
                self._most = max(self._most, self._now)

    def reason(self, _at_s: float) -> str:
        count = self._condition.in_a_row or 0
        return f"{self._condition.text}: {self._most} failed in a row" if self._most >= count else ""


class _Window:
    """The figures of the last seconds, a tally each, or of all there were."""

    def __init__(self, condition: Condition, objectives: Objectives) -> None:
        self._condition = condition
        self._objectives = objectives
        self._tallies: deque[tuple[int, Tally]] = deque()

    def add(self, records: Sequence[Record], at_s: float) -> None:
        second = 0 if self._condition.window_s is None else int(at_s)
        if not self._tallies or self._tallies[-1][0] != second:
            self._tallies.append((second, Tally(self._objectives)))
        for record in records:
            if _within(record, self._condition.scope):
                self._tallies[-1][1].add(record)

    def reason(self, at_s: float) -> str:
        slo, window_s = self._condition.slo, self._condition.window_s
        if slo is None:
            return ""
        while window_s is not None and self._tallies and self._tallies[0][0] < at_s - window_s:
            self._tallies.popleft()
        whole = Tally(self._objectives)
        for _, tally in self._tallies:
            whole.merge(tally)
        value = slo.figure.read(whole.section(whole.window.length_s)).value
        knows_its_need = slo.metric == "cost" or slo.metric.rpartition(".")[2] in PERCENTILES
        if value is None or not slo.allows(value) or not (knows_its_need or whole.attempts >= LEAST_ATTEMPTS):
            return ""
        looked_back = "so far" if window_s is None else f"in the last {number(window_s)} s"
        shown = "beyond all limits: failures" if value == float("inf") else f"{value:,.6g} {slo.figure.unit}".rstrip()
        return f"{self._condition.text}: {shown} {looked_back} ({whole.attempts:,} attempts)"


def _within(record: Record, scope: Scope | None) -> bool:
    """Whether an attempt is of that part of the run."""
    if scope is None:
        return True
    names = {"class": record.class_, "stage": record.stage}
    labels = [f"{name}={value}" for name, value in record.labels.items()]
    if scope.kind is None:
        return scope.name in (*names.values(), *labels)
    return scope.name in labels if scope.kind == "label" else names[scope.kind] == scope.name


def _ended_at(record: Record) -> float:
    """When an attempt was over, in epoch seconds; one that was never sent, when it was due."""
    return (record.sent_at or record.intended_at) + (record.done_ms or 0.0) / 1000
