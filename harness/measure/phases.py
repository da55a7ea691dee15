"""Phases of a mock's chaos script: which there were, and what became of the attempts that were sent in each."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from profiles.record import Record

from .goodput import NO_OBJECTIVES, Objectives
from .measured import Measures, measured
from .section import Section
from .tally import Tally, Window


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseFigures:
    """The attempts sent in the phases of one name; rates are over `window_s`, how long those were on meanwhile."""

    name: str
    section: Section


class PhaseFold:
    """Sorts attempts by the phase in which they were sent; phases of one name go together."""

    def __init__(self, phases: Sequence[Phase], objectives: Objectives = NO_OBJECTIVES) -> None:
        self.phases = sorted(phases, key=lambda phase: phase.started_at)
        self._starts = [phase.started_at for phase in self.phases]
        self._tallies = {phase.name: Tally(objectives) for phase in self.phases}
        self._window = Window()

    def add(self, record: Record) -> None:
        """Take one attempt in; one that was not sent, or in no phase, belongs to none."""
        self.take(record, measured(record))

    def take(self, record: Record, values: Measures) -> None:
        """Take one attempt in, and what was measured of it."""
        if record.sent_at is None or not self.phases:
            return
        self._window.add(record)
        number = bisect_right(self._starts, record.sent_at) - 1
        if number < 0:
            return
        phase = self.phases[number]
        if phase.ended_at is None or record.sent_at < phase.ended_at:
            self._tallies[phase.name].take(record, values)

    def merge(self, other: "PhaseFold") -> None:
        """Add the attempts of another one of the same phases."""
        self._window.merge(other._window)
        for name, tally in self._tallies.items():
            tally.merge(other._tallies[name])

    def figures(self) -> tuple[PhaseFigures, ...]:
        """What each came to that was on between the first sending and the last end, in the order of their begin."""
        length_s = self._window.length_s
        if length_s is None:
            return ()
        begin_at = self._window.starts_at
        seconds = dict.fromkeys(self._tallies, 0.0)
        for phase in self.phases:
            seconds[phase.name] += phase.within(begin_at, begin_at + length_s)
        return tuple(
            PhaseFigures(name=name, section=tally.section(seconds[name]))
            for name, tally in self._tallies.items()
            if seconds[name] > 0
        )
