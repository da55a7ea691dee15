"""The summary of a run: a fold over its records. Whatever a report shows comes from here, never from a re-run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

import orjson

from profiles.record import Record

from .distribution import Spread
from .goodput import NO_OBJECTIVES, Objectives
from .phases import PhaseFigures
from .section import Section, Tally, measured
from .slo_result import SloResult
from .steady import Little, Steadiness

VERSION: Final = 1
Loop = Literal["open", "closed"]
_OF_COURSE: Final = ("loop", "warm_up", "steady", "littles_law")
"""What a summary says only where it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The figures of one step of the load."""

    name: str
    section: Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What summary.json holds: the figures of the whole run, and of each of its classes, stages, phases and labels.

    Rates are over the whole run's window (first sending to last end), so that those of the classes add up; only
    stages and phases have windows of their own. `why_not` says why a run that is not valid proves nothing, `notes` what
    else has to be known of how it was measured. `slo` is what became of what it was held against, `aborted` why it was
    ended early.
    `loop` says whether sessions began whatever became of those before, `warm_up` what was left out of latencies and
    rates, `steady` and `littles_law` how the run was meanwhile; each None where unknown.
    """

    run: Mapping[str, Any]
    why_not: tuple[str, ...]
    notes: tuple[str, ...] = ()
    loop: Loop | None = None
    warm_up: Mapping[str, Any] | None = None
    steady: Steadiness | None = None
    littles_law: Little | None = None
    whole: Section
    classes: Mapping[str, Section] = field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    phases: tuple[PhaseFigures, ...] = ()
    labels: Mapping[str, Section] = field(default_factory=dict)
    slo: tuple[SloResult, ...] = ()
    aborted: str | None = None

    @property
    def valid(self) -> bool:
        """Whether the run can prove anything."""
        return not self.why_not

    def to_json(self) -> bytes:
        """The file's bytes."""
        table = {
            "v": VERSION,
            "run": dict(self.run),
            "valid": self.valid,
            "why_not": self.why_not,
            "notes": self.notes,
            **{name: value for name in _OF_COURSE if (value := getattr(self, name)) is not None},
            **({} if self.aborted is None else {"aborted": self.aborted}),
            **({"slo": self.slo} if self.slo else {}),
            **_table(self.whole),
            "classes": {name: _table(section) for name, section in self.classes.items()},
            "stages": [{"name": stage.name, **_table(stage.section)} for stage in self.stages],
            "phases": [{"name": phase.name, **_table(phase.section)} for phase in self.phases],
            "labels": {name: _table(section) for name, section in self.labels.items()},
        }
        return orjson.dumps(table, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


class Fold:
    """A summary in the making. Records may come in any order, and folds of parts merge into the fold of the whole."""

    def __init__(self, objectives: Objectives = NO_OBJECTIVES) -> None:
        """Of requests that have these objectives."""
        self._objectives = objectives
        self._whole = Tally(objectives)
        self._classes: dict[str, Tally] = {}
        self._stages: dict[str, Tally] = {}
        self._labels: dict[str, Tally] = {}

    def add(self, record: Record) -> None:
        """Take in one attempt."""
        values = measured(record)
        self._whole.take(record, values)
        self._of(self._classes, record.class_).take(record, values)
        if record.stage is not None:
            self._of(self._stages, record.stage).take(record, values)
        for name, value in record.labels.items():
            self._of(self._labels, f"{name}={value}").take(record, values)

    def merge(self, other: "Fold") -> None:
        """Add the attempts of another fold."""
        self._whole.merge(other._whole)
        for mine, theirs in (
            (self._classes, other._classes),
            (self._stages, other._stages),
            (self._labels, other._labels),
        ):
            for name, tally in theirs.items():
                self._of(mine, name).merge(tally)

    def spreads(self, figure: str) -> tuple[Spread, dict[str, Spread]]:
        """The running sums behind a distribution such as "ttft_ms": of the whole, and of each class by name."""
        classes = {name: tally.spread(figure) for name, tally in sorted(self._classes.items())}
        return self._whole.spread(figure), classes

    @property
    def span(self) -> tuple[float, float] | None:
        """From the first sending to the last end (epoch seconds); None while that takes no time."""
        window = self._whole.window
        return None if window.length_s is None else (window.starts_at, window.starts_at + window.length_s)

    def summary(self, run: Mapping[str, Any] | None = None) -> Summary:
        """The summary so far; `run` (settings, seed, versions) is passed through."""
        window_s = self._whole.window.length_s
        return Summary(
            run=run or {},
            why_not=_why_not(self._whole),
            whole=self._whole.section(window_s),
            classes={name: tally.section(window_s) for name, tally in sorted(self._classes.items())},
            stages=tuple(
                Stage(name=name, section=tally.section(tally.window.length_s))
                for name, tally in sorted(self._stages.items(), key=lambda item: (item[1].window.starts_at, item[0]))
            ),
            labels={name: tally.section(window_s) for name, tally in sorted(self._labels.items())},
        )

    def _of(self, tallies: dict[str, Tally], name: str) -> Tally:
        if name not in tallies:
            tallies[name] = Tally(self._objectives)
        return tallies[name]


def fold(
    records: Iterable[Record], run: Mapping[str, Any] | None = None, objectives: Objectives = NO_OBJECTIVES
) -> Summary:
    """The summary of these records."""
    so_far = Fold(objectives)
    for record in records:
        so_far.add(record)
    return so_far.summary(run)


def _why_not(whole: Tally) -> tuple[str, ...]:
    if not whole.attempts:
        return ("no request was recorded",)
    return () if whole.answered else ("no request got an HTTP answer",)


def _table(section: Section) -> dict[str, Any]:
    """It as JSON values; without a goodput where requests had no objectives."""
    table = {f.name: getattr(section, f.name) for f in fields(section)}
    if section.goodput is None:
        del table["goodput"]
    return table
