"""From records to the summary, while they come in or afterwards."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rich.console import Console

from profiles.record import Record

from ..gate.judge import judged
from ..measure.habits import Habits
from ..measure.phases import PhaseFigures
from ..measure.summary import Fold, Summary
from ..report.advice import advice
from ..report.details import Details
from ..report.failures import Failures
from ..report.findings import Findings
from ..report.mismatches import Mismatches
from ..report.terminal import show
from .folder import RunFolder
from .gates import slos_of
from .phases import phase_figures

SHOWN = 8
"""How many kinds of failure, and of wrong model."""

UNENDED: Final = "run.json tells of no end: the run is still going on, or was cut short"


@dataclass(slots=True)
class Results:
    """Everything that is made of the records of a run."""

    fold: Fold = field(default_factory=Fold)
    failures: Failures = field(default_factory=Failures)
    mismatches: Mismatches = field(default_factory=Mismatches)
    habits: Habits = field(default_factory=Habits)
    by_worker: Counter[str | None] = field(default_factory=Counter)

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Results":
        """The results of records that are all there."""
        results = cls()
        for record in records:
            results.add(record)
        return results

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        self.fold.add(record)
        self.failures.add(record)
        self.mismatches.add(record)
        self.habits.add(record)
        self.by_worker[record.worker] += 1

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
            fold=self.fold,
            details=details,
            failures=self.failures.most_common(SHOWN),
            mismatches=self.mismatches.lines(SHOWN),
            folder=folder.path,
        )

    def summary(self, run: Mapping[str, Any], phases: tuple[PhaseFigures, ...] = ()) -> Summary:
        """The summary of them; what `run`, the contents of run.json, holds against the run counts too.

        It is judged by the SLOs that stand there. Raises SettingError for one that is none.
        """
        summary = self.fold.summary(run)
        unended = () if "ended_at" in run else (UNENDED,)
        why_not = (*run.get("why_not", ()), *unended, *summary.why_not)
        return replace(
            summary,
            why_not=why_not,
            notes=tuple(run.get("notes", ())),
            slo=judged(slos_of(run), summary),
            aborted=run.get("aborted"),
            phases=phases,
        )

    def concluded(self, folder: RunFolder, **facts: Any) -> Summary:
        """Add to run.json what became known, write summary.json, and return what is in it.

        What cannot be written is held against the run.
        """
        run = folder.run() | facts
        summary = self.summary(run, phase_figures(run, folder.records()))
        try:
            folder.keep_run(run)
            folder.keep_summary(summary.to_json())
        except OSError as error:
            unkept = f"{error.filename} cannot be written ({error.strerror})"
            return replace(summary, why_not=(*summary.why_not, unkept))
        return summary
