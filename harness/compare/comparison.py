"""A comparison of runs, and its forms: JSON here, the others in show."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from .conditions import Condition, Judged, judged
from .differing import differing, doubts, only_in_one
from .estimate import Figures
from .sample import Sample
from .verdict import Row, compared

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Run:
    """A run by its name: its run.json, what is kept of its records, and the figures of it."""

    name: str
    facts: Mapping[str, Any]
    sample: Sample
    figures: Figures

    @property
    def doubts(self) -> list[str]:
        """Why it proves nothing."""
        return list(doubts(self.facts, self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One run against the base."""

    base: Run
    other: Run
    differing: tuple[str, ...]
    rows: tuple[Row, ...]
    conditions: tuple[Judged, ...]

    @property
    def doubts(self) -> list[str]:
        """Why nothing can be made of it."""
        return [*self.base.doubts, *self.other.doubts]

    @property
    def broken(self) -> bool:
        """Whether a condition is broken."""
        return any(judged.broken for judged in self.conditions)

    @property
    def unjudged(self) -> bool:
        """Whether there are conditions of which that cannot be told."""
        return bool(self.conditions) and (bool(self.doubts) or any(each.broken is None for each in self.conditions))

    def to_dict(self) -> dict[str, Any]:
        """It as JSON values."""
        return {
            "base": self.base.name,
            "run": self.other.name,
            "doubts": self.doubts,
            "differing": self.differing,
            "rows": [asdict(row) for row in self.rows],
            "conditions": [{"condition": each.condition.text, "broken": each.broken} for each in self.conditions],
        }


def comparison(base: Run, other: Run, conditions: Sequence[Condition]) -> Comparison:
    """One run against the base."""
    rows = compared(base.figures, other.figures)
    return Comparison(
        base=base,
        other=other,
        differing=(*differing(base.facts, other.facts), *only_in_one(base.figures, other.figures)),
        rows=tuple(rows),
        conditions=tuple(judged(conditions, rows)),
    )


def to_json(comparisons: Sequence[Comparison]) -> bytes:
    """The file's bytes."""
    table = {"v": VERSION, "comparisons": [each.to_dict() for each in comparisons]}
    return orjson.dumps(table, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
