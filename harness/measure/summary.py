"""The summary of a run: a fold over its records. Whatever a report shows comes from here, never from a re-run."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, TypeVar

import orjson

from profiles.record import Record

from .distribution import Spread
from .goodput import NO_OBJECTIVES, Objectives
from .measured import Measures, measured
from .section import Section
from .slo_result import SloResult
from .steady import Little, Steadiness
from .tally import Tally

T = TypeVar("T", bound=Hashable)

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
class PhaseFigures:
    """The attempts sent in the phases of one name; rates are over `window_s`, how long those were on meanwhile."""

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


Kind = tuple[str, str | None, tuple[tuple[str, str], ...]]
"""What decides which sections an attempt is in: its class, its stage, its labels."""


class Fold:
    """A summary in the making. Records may come in any order, and folds of parts merge into the fold of the whole.

    An attempt is counted once, in the tally of its kind; sections are put together of those when they are asked for.
    """

    def __init__(self, objectives: Objectives = NO_OBJECTIVES) -> None:
        """Of requests that have these objectives."""
        self._objectives = objectives
        self._kinds: dict[Kind, Tally] = {}

    def add(self, record: Record) -> None:
        """Take in one attempt."""
        self.take(record, measured(record))

    def take(self, record: Record, values: Measures) -> None:
        """Take in one attempt and what was measured of it."""
        labels = tuple(record.labels.items()) if record.labels else ()
        self._of(self._kinds, (record.class_, record.stage, labels)).take(record, values)

    def merge(self, other: "Fold") -> None:
        """Add the attempts of another fold."""
        for kind, tally in other._kinds.items():
            self._of(self._kinds, kind).merge(tally)

    def spreads(self, figure: str) -> tuple[Spread, dict[str, Spread]]:
        """The running sums behind a distribution such as "ttft_ms": of the whole, and of each class by name."""
        whole, classes = Spread(), dict[str, Spread]()
        for (class_, _, _), tally in sorted(self._kinds.items(), key=lambda item: item[0][0]):
            spread = tally.spread(figure)
            whole.merge(spread)
            classes.setdefault(class_, Spread()).merge(spread)
        return whole, classes

    @property
    def whole(self) -> Tally:
        """The running sums of all attempts."""
        whole = Tally(self._objectives)
        for tally in self._kinds.values():
            whole.merge(tally)
        return whole

    @property
    def span(self) -> tuple[float, float] | None:
        """From the first sending to the last end (epoch seconds); None while that takes no time."""
        window = self.whole.window
        return None if window.length_s is None else (window.starts_at, window.starts_at + window.length_s)

    def summary(self, run: Mapping[str, Any] | None = None) -> Summary:
        """The summary so far; `run` (settings, seed, versions) is passed through."""
        whole = self.whole
        window_s = whole.window.length_s
        classes = self._together(lambda class_, _stage, _labels: (class_,))
        stages = self._together(lambda _class, stage, _labels: () if stage is None else (stage,))
        labels = self._together(lambda _class, _stage, labels: tuple(f"{name}={value}" for name, value in labels))
        return Summary(
            run=run or {},
            why_not=_why_not(whole),
            whole=whole.section(window_s),
            classes={name: tally.section(window_s) for name, tally in sorted(classes.items())},
            stages=tuple(
                Stage(name=name, section=tally.section(tally.window.length_s))
                for name, tally in sorted(stages.items(), key=lambda item: (item[1].window.starts_at, item[0]))
            ),
            labels={name: tally.section(window_s) for name, tally in sorted(labels.items())},
        )

    def _together(self, names_of: Callable[..., tuple[str, ...]]) -> dict[str, Tally]:
        """The tallies of the sections that the kinds belong to, which `names_of` says of a kind's parts."""
        sections: dict[str, Tally] = {}
        for kind, tally in self._kinds.items():
            for name in names_of(*kind):
                self._of(sections, name).merge(tally)
        return sections

    def _of(self, tallies: dict[T, Tally], key: T) -> Tally:
        tally = tallies.get(key)
        if tally is None:
            tally = tallies[key] = Tally(self._objectives)
        return tally


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
