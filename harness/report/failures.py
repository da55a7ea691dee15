"""Which failures there were, grouped."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from profiles.record import Record

from ..measure.section import NEITHER

NOT_FAILED: Final = frozenset({"complete", *NEITHER})


@dataclass(frozen=True, slots=True)
class Failure:
    """One kind of failure: the outcome, its detail and status where there are, and how often it happened."""

    outcome: str
    detail: str | None
    status: int | None
    count: int

    def __str__(self) -> str:
        said = f"{self.outcome}: {self.detail}" if self.detail else self.outcome
        told = self.status in (None, 200) or str(self.status) in said
        return said if told else f"{said} (HTTP {self.status})"


@dataclass(slots=True)
class Failures:
    """Counts attempts that failed, by outcome, detail and status."""

    counts: Counter[tuple[str, str | None, int | None]] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        if record.outcome not in NOT_FAILED:
            self.counts[record.outcome, record.detail, record.status] += 1

    def merge(self, other: "Failures") -> None:
        """Add what another one has counted."""
        self.counts.update(other.counts)

    def most_common(self, limit: int) -> list[Failure]:
        """The most frequent kinds first."""
        return [Failure(*kind, count) for kind, count in self.counts.most_common(limit)]
