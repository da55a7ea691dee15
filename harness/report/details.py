"""All that the page shows beyond the summary: folds over the records, each small whatever the length of the run."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from profiles.record import Record

from ..measure.histogram import LogHistogram
from ..measure.measured import Measures, measured
from .attempts import Attempts
from .bands import ByTokens
from .costs import Costs
from .depth import Depth
from .errors import Errors
from .sample import Sample
from .stretches import Stages
from .timeseries import Timeseries


@dataclass(slots=True)
class Details:
    """The folds. Records may come in any order."""

    timeseries: Timeseries = field(default_factory=Timeseries)
    stages: Stages = field(default_factory=Stages)
    by_tokens: ByTokens = field(default_factory=ByTokens)
    sample: Sample = field(default_factory=Sample)
    depth: Depth = field(default_factory=Depth)
    attempts: Attempts = field(default_factory=Attempts)
    errors: Errors = field(default_factory=Errors)
    costs: Costs = field(default_factory=Costs)
    gaps_ms: dict[str, LogHistogram] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Record]) -> "Details":
        """The details of these records."""
        details = cls()
        for record in records:
            details.add(record)
        return details

    def add(self, record: Record) -> None:
        """Take in one attempt."""
        self.take(record, measured(record))

    def take(self, record: Record, took: Measures) -> None:
        """Take in one attempt, and what was measured of it."""
        self.timeseries.add(record, took)
        self.stages.add(record)
        self.attempts.add(record)
        self.costs.add(record)
        if record.outcome != "complete":
            self.errors.add(record)
            return
        self.by_tokens.add(record, took)
        self.sample.add(record, took)
        self.depth.add(record, took)
        if record.gaps is not None:
            if record.class_ not in self.gaps_ms:
                self.gaps_ms[record.class_] = LogHistogram()
            self.gaps_ms[record.class_].merge(record.gaps.buckets)

    def blank(self) -> "Details":
        """Details of nothing yet."""
        return Details()

    def merge(self, other: "Details") -> None:
        """Add the attempts of other details, which are of no use any more."""
        self.timeseries.merge(other.timeseries)
        self.stages.merge(other.stages)
        self.by_tokens.merge(other.by_tokens)
        self.sample.merge(other.sample)
        self.depth.merge(other.depth)
        self.attempts.merge(other.attempts)
        self.errors.merge(other.errors)
        self.costs.merge(other.costs)
        for name, gaps in other.gaps_ms.items():
            self.gaps_ms.setdefault(name, LogHistogram()).merge(gaps.buckets)
