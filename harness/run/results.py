"""From records to the summary, while they come in or afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from profiles.record import Record

from ..measure.summary import Fold, Summary
from ..report.failures import Failures
from ..report.mismatches import Mismatches
from .folder import RunFolder


@dataclass(slots=True)
class Results:
    """Everything that is made of the records of a run."""

    fold: Fold = field(default_factory=Fold)
    failures: Failures = field(default_factory=Failures)
    mismatches: Mismatches = field(default_factory=Mismatches)

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

    def written(self, folder: RunFolder) -> Summary:
        """Write summary.json and return what is in it; what run.json holds against the run counts too."""
        run = folder.run()
        summary = self.fold.summary(run)
        summary = replace(summary, why_not=(*run.get("why_not", ()), *summary.why_not))
        folder.summary_json.write_bytes(summary.to_json())
        return summary
