"""Phases of a mock's chaos script: which there were, and what became of the attempts that were sent in each."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from profiles.record import Record

from .goodput import NO_OBJECTIVES, Objectives
from .measured import Measures, measured
from .summary import Fold, PhaseFigures


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase that the mock was in, in epoch seconds; `ended_at` is None for one that is still on."""

    name: str
    started_at: float
    ended_at: float | None = None

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> Self:
        """The phase of a JSON object. Raises ValueError when it is none."""
        try:
            ended_at = table.get("ended_at")
            return cls(str(table["name"]), float(table["started_at"]), None if ended_at is None else float(ended_at))
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a phase: {error}") from None

    def to_dict(self) -> dict[str, Any]:
        """It as JSON values."""
        return {"name": self.name, "started_at": self.started_at, "ended_at": self.ended_at}

    def within(self, from_at: float, to_at: float) -> float:
        """How many seconds of it lie between two instants."""
        ended_at = math.inf if self.ended_at is None else self.ended_at
        return max(0.0, min(ended_at, to_at) - max(self.started_at, from_at))


def during(phases: Sequence[Phase], from_at: float, to_at: float) -> list[Phase]:
    """Those that lie at least partly between two instants."""
    return [phase for phase in phases if phase.within(from_at, to_at) > 0]


class PhaseFold:
    """Folds attempts by the phase in which they were sent; phases of one name go together."""

    def __init__(self, phases: Sequence[Phase], objectives: Objectives = NO_OBJECTIVES) -> None:
        self._phases = sorted(phases, key=lambda phase: phase.started_at)
        self._starts = [phase.started_at for phase in self._phases]
        self._objectives = objectives
        self._folds: dict[str | None, Fold] = {}

    def add(self, record: Record) -> None:
        """Take one attempt in; one that was not sent, or in no phase, belongs to none."""
        self.take(record, measured(record))

    def take(self, record: Record, values: Measures) -> None:
        """Take one attempt in, and what was measured of it."""
        self._of(self._name_at(record.sent_at)).take(record, values)

    def merge(self, other: "PhaseFold") -> None:
        """Add the attempts of another one of the same phases."""
        for name, fold in other._folds.items():
            self._of(name).merge(fold)

    @property
    def whole(self) -> Fold:
        """All attempts, those too that belong to no phase."""
        whole = Fold(self._objectives)
        for fold in self._folds.values():
            whole.merge(fold)
        return whole

    def figures(self) -> tuple[PhaseFigures, ...]:
        """What each came to that was on between the first sending and the last end, in the order of their begin."""
        span = self.whole.span
        if span is None:
            return ()
        seconds = dict.fromkeys((phase.name for phase in self._phases), 0.0)
        for phase in self._phases:
            seconds[phase.name] += phase.within(*span)
        return tuple(
            PhaseFigures(name=name, section=self._of(name).whole.section(length_s))
            for name, length_s in seconds.items()
            if length_s > 0
        )

    def _name_at(self, sent_at: float | None) -> str | None:
        number = 0 if sent_at is None else bisect_right(self._starts, sent_at)
        if not number or sent_at is None:
            return None
        phase = self._phases[number - 1]
        return phase.name if phase.ended_at is None or sent_at < phase.ended_at else None

    def _of(self, name: str | None) -> Fold:
        fold = self._folds.get(name)
        if fold is None:
            fold = self._folds[name] = Fold(self._objectives)
        return fold
