"""From records to the summary, while they come in or afterwards."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from rich.console import Console

from profiles.record import Record

from ..gate.judge import judged
from ..measure.goodput import NO_OBJECTIVES, Objectives
from ..measure.habits import Habits
from ..measure.measured import Measures, measured
from ..measure.series import Series
from ..measure.steady import littles_law, steadiness
from ..measure.summary import Summary
from ..measure.warm_up import WarmUp, warm_up, without
from ..report.advice import advice
from ..report.details import Details
from ..report.failures import Failures
from ..report.findings import Findings
from ..report.mismatches import Mismatches
from ..report.terminal import show
from .folder import RunFolder
from .folds import Folds
from .gates import kept_by, slos_of
from .warming import loop_of, warm_up_of

SHOWN = 8
"""How many kinds of failure, and of wrong model."""

TakeIn = Callable[[Folds], object]
"""Lets all records of the run be taken in once more. It is asked where phases or a warm-up became known too late."""

UNENDED: Final = "run.json tells of no end: the run is still going on, or was cut short"


@dataclass(slots=True)
class Results:
    """Everything that is made of the records of a run."""

    folds: Folds = field(default_factory=Folds)
    failures: Failures = field(default_factory=Failures)
    mismatches: Mismatches = field(default_factory=Mismatches)
    habits: Habits = field(default_factory=Habits)
    by_worker: Counter[str | None] = field(default_factory=Counter)
    series: Series = field(default_factory=Series)

    @classmethod
    def of(cls, records: Iterable[Record], objectives: Objectives = NO_OBJECTIVES) -> "Results":
        """The results of records that are all there."""
        results = cls(Folds(objectives=objectives))
        for record in records:
            results.add(record)
        return results

    @classmethod
    def of_run(cls, run: Mapping[str, Any]) -> "Results":
        """Results without any records, of a run by what its run.json says. Raises SettingError."""
        return cls(Folds.of(run, kept_by(run)))

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        self.take(record, measured(record))

    def take(self, record: Record, values: Measures) -> None:
        """Take one attempt in, and what was measured of it."""
        self.folds.take(record, values)
        self.failures.add(record)
        self.mismatches.add(record)
        self.series.add(record)
        self.habits.add(record)
        self.by_worker[record.worker] += 1

    def merge(self, other: "Results") -> None:
        """Add the results of other records of the same run."""
        self.folds.merge(other.folds)
        self.failures.merge(other.failures)
        self.mismatches.merge(other.mismatches)
        self.series.merge(other.series)
        self.habits.merge(other.habits)
        self.by_worker.update(other.by_worker)

    def blank(self) -> "Results":
        """Results of the same run without any records."""
        return Results(self.folds.blank())

    def show(self, console: Console, summary: Summary, folder: RunFolder) -> None:
        """Print the summary that was made of them, and what was most frequent besides."""
        show(
            console,
            summary,
            self.failures.most_common(SHOWN),
            folder.path,
            self.mismatches.lines(SHOWN),
            look_at=advice(summary, self.habits),
        )

    def findings(self, summary: Summary, details: Details, folder: RunFolder) -> Findings:
        """All that reports are made of, with the summary that was made of the same records."""
        return Findings(
            summary=summary,
            fold=self.folds.measured,
            details=details,
            failures=self.failures.most_common(SHOWN),
            mismatches=self.mismatches.lines(SHOWN),
            look_at=advice(summary, self.habits),
            folder=folder.path,
        )

    def warm(self, run: Mapping[str, Any], asked: str | None, take_in: TakeIn) -> dict[str, Any]:
        """What is in run.json once a warm-up is asked for (None: what it says already), which is left out from now on.

        Phases count as run.json tells of them, too. Raises SettingError.
        """
        told = dict(run)
        if asked is not None:
            told.pop("warm_up", None)
            wanted = warm_up_of(asked)
            if wanted is not None:
                told["warm_up"] = warm_up(self.series, asked, wanted).to_dict()
        folds = Folds.of(told, self.folds.objectives)
        if not folds.is_like(self.folds):
            take_in(folds)
            self.folds = folds
        return told

    def summary(self, run: Mapping[str, Any]) -> Summary:
        """The summary of them; what `run`, the contents of run.json, holds against the run counts too.

        It is judged by the SLOs that stand there. Raises SettingError for one that is none.
        """
        summary = self.folds.whole.summary(run)
        unended = () if "ended_at" in run else (UNENDED,)
        if self.folds.since is not None:
            summary = without(summary, self.folds.measured.summary())
        return replace(
            summary,
            why_not=(*run.get("why_not", ()), *unended, *summary.why_not),
            slo=judged(slos_of(run), summary),
            aborted=run.get("aborted"),
            phases=self.folds.figures(),
            **self._course(run, planned=len(summary.stages) > 1),
        )

    def _course(self, run: Mapping[str, Any], *, planned: bool) -> dict[str, Any]:
        """How the run was in the course of time; what is planned to change is not asked to be steady."""
        warm = run.get("warm_up")
        since = (warm or {}).get("until") or -math.inf
        steady = None if planned else steadiness(self.series, since)
        little = littles_law(self.series, since)
        notes = [*run.get("notes", ()), *([str(WarmUp(**warm))] if warm else [])]
        notes += [note for told in (steady, little) if told is not None for note in told.notes()]
        return {
            "notes": tuple(notes),
            "loop": loop_of(run),
            "warm_up": warm,
            "steady": steady,
            "littles_law": little,
        }

    def concluded(self, folder: RunFolder, take_in: TakeIn | None = None, /, **facts: Any) -> Summary:
        """Add to run.json what became known, write summary.json, and return what is in it.

        `take_in` reads the folder, this process alone if it is None. What cannot be written is held against the run.
        """
        run = folder.run() | facts
        run = self.warm(run, run["settings"].get("warm_up"), take_in or partial(_alone, folder))
        summary = self.summary(run)
        try:
            folder.keep_run(run)
            folder.keep_summary(summary.to_json())
        except OSError as error:
            unkept = f"{error.filename} cannot be written ({error.strerror})"
            return replace(summary, why_not=(*summary.why_not, unkept))
        return summary


def _alone(folder: RunFolder, folds: Folds) -> None:
    for record in folder.records():
        folds.add(record)
