"""What became of first attempts, second ones and so on, and how long was waited before each."""

from dataclasses import dataclass, field
from typing import Final

from profiles.record import Record

from ..measure.histogram import LogHistogram
from .failures import NOT_FAILED

MOST: Final = 20
"""Attempts from this one on are counted as one."""


@dataclass(slots=True)
class Try:
    """The attempts of one number; neither complete nor failed are those that were never meant to end."""

    number: int
    n: int = 0
    complete: int = 0
    failed: int = 0
    waits_ms: LogHistogram = field(default_factory=LogHistogram)


@dataclass(slots=True)
class Attempts:
    """Tries in the making."""

    _tries: dict[int, Try] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Take in an attempt."""
        number = record.attempt if record.attempt < MOST else MOST
        one = self._tries.get(number)
        if one is None:
            one = self._tries[number] = Try(number)
        one.n += 1
        if record.outcome == "complete":
            one.complete += 1
        elif record.outcome not in NOT_FAILED:
            one.failed += 1
        if record.wait_ms is not None:
            one.waits_ms.add(max(record.wait_ms, 0.0))

    def merge(self, other: "Attempts") -> None:
        """Add the attempts of other ones."""
        for number, theirs in other._tries.items():
            one = self._tries.setdefault(number, Try(number))
            one.n += theirs.n
            one.complete += theirs.complete
            one.failed += theirs.failed
            one.waits_ms.merge(theirs.waits_ms.buckets)

    def ordered(self) -> list[Try]:
        """By number of the attempt."""
        return [one for _, one in sorted(self._tries.items())]
