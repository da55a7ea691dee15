"""Failures grouped by what was said of them, with an example of each."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import orjson

from profiles.record import Record

from ..redact import redact
from .failures import NOT_FAILED, Failure

GROUPS: Final = 200
"""What is said of failures is short and alike; where it is not, the groups that come later are counted as one."""
OTHER: Final = ("others", None, None)
_OF_NO_INTEREST: Final = ("v", "gaps", "itl")


@dataclass(slots=True)
class Group:
    """Failures of one kind: how often by class, the first and last sending (epoch seconds), and the first of them."""

    classes: Counter[str]
    first_at: float
    last_at: float
    first: Record

    @classmethod
    def of(cls, record: Record) -> "Group":
        """The group that a failure begins."""
        return cls(Counter((record.class_,)), record.intended_at, record.intended_at, record)

    def add(self, record: Record) -> None:
        """Take in another failure of the kind."""
        self.classes[record.class_] += 1
        self._stretch(record.intended_at, record.intended_at, record)

    def merge(self, other: "Group") -> None:
        """Add the failures of another group of the kind."""
        self.classes.update(other.classes)
        self._stretch(other.first_at, other.last_at, other.first)

    def _stretch(self, first_at: float, last_at: float, first: Record) -> None:
        self.last_at = max(self.last_at, last_at)
        if (first_at, first.id) < (self.first_at, self.first.id):
            self.first_at, self.first = first_at, first

    @property
    def count(self) -> int:
        """How many there were."""
        return self.classes.total()

    def example(self) -> str:
        """The first one as its line of the records, without keys and without what says nothing of a failure."""
        line = orjson.loads(self.first.to_json())
        kept = {name: value for name, value in line.items() if name not in _OF_NO_INTEREST}
        return redact(orjson.dumps(kept, option=orjson.OPT_INDENT_2).decode())


@dataclass(slots=True)
class Errors:
    """Groups in the making."""

    _groups: dict[tuple[str, str | None, int | None], Group] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Take in an attempt, if it failed."""
        if record.outcome in NOT_FAILED:
            return
        kind: tuple[str, str | None, int | None] = (record.outcome, record.detail, record.status)
        group = self._groups.get(kind)
        if group is None:
            self._put(kind, Group.of(record))
        else:
            group.add(record)

    def merge(self, other: "Errors") -> None:
        """Add the groups of another one."""
        for kind, group in other._groups.items():
            self._put(kind, group)

    def most_common(self) -> list[tuple[Failure, Group]]:
        """The most frequent first."""
        by_count = sorted(self._groups.items(), key=lambda item: (-item[1].count, str(item[0])))
        return [(Failure(*kind, group.count), group) for kind, group in by_count]

    def _put(self, kind: tuple[str, str | None, int | None], more: Group) -> None:
        if kind not in self._groups and len(self._groups) >= GROUPS:
            kind = OTHER
        group = self._groups.setdefault(kind, more)
        if group is not more:
            group.merge(more)
