"""The attempts of a run, told apart by the mock's phases and by its warm-up: what may be known only at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from profiles.record import Record

from ..measure.goodput import NO_OBJECTIVES, Objectives
from ..measure.measured import Measures, measured
from ..measure.phases import Phase, PhaseFold
from ..measure.summary import Fold, PhaseFigures


@dataclass(slots=True)
class Folds:
    """Attempts by the phase they were sent in: those sent before `since` (epoch seconds), and all others.

    Each is counted once, in one of the two; `since` is None where nothing is to be left out.
    """

    phases: Sequence[Phase] = ()
    since: float | None = None
    objectives: Objectives = NO_OBJECTIVES
    _before: PhaseFold = field(init=False)
    _measured: PhaseFold = field(init=False)

    def __post_init__(self) -> None:
        self._before, self._measured = (PhaseFold(self.phases, self.objectives) for _ in range(2))

    @classmethod
    def of(cls, run: Mapping[str, Any], objectives: Objectives = NO_OBJECTIVES) -> "Folds":
        """Empty ones, for the phases and the warm-up that run.json tells of; of requests with these objectives."""
        phases = tuple(Phase.from_dict(table) for table in run.get("phases", ()))
        return cls(phases, run.get("warm_up", {}).get("until"), objectives)

    def is_like(self, other: "Folds") -> bool:
        """Whether both are of the same phases and the same warm-up."""
        return self.since == other.since and self.phases == other.phases

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        self.take(record, measured(record))

    def take(self, record: Record, values: Measures) -> None:
        """Take one attempt in, and what was measured of it."""
        at = record.intended_at if record.sent_at is None else record.sent_at
        (self._measured if self.since is None or at >= self.since else self._before).take(record, values)

    def merge(self, other: "Folds") -> None:
        """Add the attempts of other ones, of the same run."""
        self._before.merge(other._before)
        self._measured.merge(other._measured)

    def blank(self) -> "Folds":
        """Those of the same run that have taken nothing in."""
        return Folds(self.phases, self.since, self.objectives)

    @property
    def measured(self) -> Fold:
        """The attempts that latencies and rates are of."""
        return self._measured.whole

    @property
    def whole(self) -> Fold:
        """All attempts."""
        return self._together().whole

    def figures(self) -> tuple[PhaseFigures, ...]:
        """What became of the attempts of each phase."""
        return self._together().figures()

    def _together(self) -> PhaseFold:
        together = PhaseFold(self.phases, self.objectives)
        together.merge(self._before)
        together.merge(self._measured)
        return together
