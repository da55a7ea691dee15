"""Which part of a run is which: the stages of its load, the phases of the mock."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from profiles.record import Record


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a run, in epoch seconds; None: it goes on to the end."""

    name: str
    begins_at: float
    ends_at: float | None


@dataclass(slots=True)
class Stages:
    """When the first attempt of each stage of the load was due."""

    _begins: dict[str, float] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Take in an attempt."""
        if record.stage is not None and record.intended_at < self._begins.get(record.stage, math.inf):
            self._begins[record.stage] = record.intended_at

    def stretches(self) -> list[Stretch]:
        """The stages in order, each until the next begins."""
        begins = sorted((begins_at, name) for name, begins_at in self._begins.items())
        ends = [begins_at for begins_at, _ in begins[1:]]
        return [Stretch(name, at, until) for (at, name), until in zip_longest(begins, ends)]


def phases_of(run: Mapping[str, Any]) -> list[Stretch]:
    """The phases of the mock during a run, from its run.json."""
    told = run.get("phases") or ()
    return [Stretch(str(phase["name"]), phase["started_at"], phase.get("ended_at")) for phase in told]
