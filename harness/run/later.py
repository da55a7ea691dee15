"""What can be folded only once a run has ended: its phases, and what was sent after its warm-up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from profiles.record import Record

from ..measure.goodput import NO_OBJECTIVES, Objectives
from ..measure.measured import Measures, measured
from ..measure.phases import Phase, PhaseFigures, PhaseFold
from ..measure.summary import Fold


@dataclass(slots=True)
class Later:
    """Attempts by the phase they were sent in, and those that were sent from `since` on (epoch seconds; None: all)."""

    phases: PhaseFold = field(default_factory=lambda: PhaseFold(()))
    since: float | None = None
    measured: Fold = field(default_factory=Fold)
    objectives: Objectives = NO_OBJECTIVES

    @classmethod
    def of(cls, run: Mapping[str, Any], objectives: Objectives = NO_OBJECTIVES) -> "Later":
        """An empty one, for the phases and the warm-up that run.json tells of; of requests with these objectives."""
        phases = [Phase.from_dict(table) for table in run.get("phases", ())]
        return cls(PhaseFold(phases, objectives), run.get("warm_up", {}).get("until"), Fold(objectives), objectives)

    @property
    def is_needed(self) -> bool:
        """Whether records have to be read for it."""
        return self.since is not None or bool(self.phases.phases)

    def is_like(self, other: "Later") -> bool:
        """Whether both are of the same phases and the same warm-up."""
        return self.since == other.since and self.phases.phases == other.phases.phases

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        self.take(record, measured(record))

    def take(self, record: Record, values: Measures) -> None:
        """Take one attempt in, and what was measured of it."""
        self.phases.take(record, values)
        if self.since is not None and (record.intended_at if record.sent_at is None else record.sent_at) >= self.since:
            self.measured.take(record, values)

    def merge(self, other: "Later") -> None:
        """Add the attempts of another one, of the same run."""
        self.phases.merge(other.phases)
        self.measured.merge(other.measured)

    def blank(self) -> "Later":
        """One of the same run that has taken nothing in."""
        objectives = self.objectives
        return Later(PhaseFold(self.phases.phases, objectives), self.since, Fold(objectives), objectives)

    def figures(self) -> tuple[PhaseFigures, ...]:
        """What became of the attempts of each phase."""
        return self.phases.figures()
