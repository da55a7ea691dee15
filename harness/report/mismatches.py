"""Which other models answered than those that were asked."""

from collections import Counter
from dataclasses import dataclass, field

from profiles.record import Record

DETAIL = "model_mismatch"


@dataclass(slots=True)
class Mismatches:
    """Counts answers by another model, by the model asked and the model served."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        if record.detail and DETAIL in record.detail.split(","):
            self.counts[record.model, record.served_model or "?"] += 1

    def merge(self, other: "Mismatches") -> None:
        """Add what another one has counted."""
        self.counts.update(other.counts)

    def lines(self, limit: int) -> list[str]:
        """One line each, the most frequent first."""
        return [
            f"{count:>6,}  {asked} was asked, {served} answered"
            for (asked, served), count in self.counts.most_common(limit)
        ]
