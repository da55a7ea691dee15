"""From records to the summary, while they come in or afterwards."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from rich.console import Console

from profiles.record import Record

from ..measure.summary import Fold, Summary
from ..report.failures import Failures
from ..report.mismatches import Mismatches
from ..report.terminal import show
from .folder import RunFolder

SHOWN = 8
"""How many kinds of failure, and of wrong model."""


@dataclass(slots=True)
class Results:
    """Everything that is made of the records of a run."""

    fold: Fold = field(default_factory=Fold)
    failures: Failures = field(default_factory=Failures)
    mismatches: Mismatches = field(default_factory=Mismatches)
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
        self.by_worker[record.worker] += 1

    def show(self, console: Console, summary: Summary, folder: RunFolder) -> None:
        """Print the summary that was made of them, and what was most frequent besides."""
        show(console, summary, self.failures.most_common(SHOWN), folder.path, self.mismatches.lines(SHOWN))

    def written(self, folder: RunFolder) -> Summary:
        """Write summary.json and return what is in it; what run.json holds against the run counts too."""
        run = folder.run()
        summary = self.fold.summary(run)
        summary = replace(summary, why_not=(*run.get("why_not", ()), *summary.why_not))
        folder.summary_json.write_bytes(summary.to_json())
        return summary
