"""The confusion matrix of outcomes: what the mock did to a request against what the harness made of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from profiles.due import DUE, Due, due
from profiles.journal import JournalEntry
from profiles.record import Record


@dataclass(frozen=True, slots=True)
class Cell:
    """A fault, how the answer was asked for, what was found of it, and what was due."""

    fault: str
    streamed: bool
    found: Due
    due: Due

    @property
    def right(self) -> bool:
        """Whether they agree."""
        return self.found == self.due

    def __str__(self) -> str:
        how = "streamed" if self.streamed else "plain"
        return f"{self.fault} ({how}): {_said(self.found)}, due {_said(self.due)}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """How often each cell came up. `untried` are the faults that did not come up alone, streamed or plain."""

    cells: Counter[Cell]
    untried: tuple[tuple[str, bool], ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[Record, JournalEntry]]) -> Self:
        """The matrix of these requests; where several faults struck at once nothing is due."""
        cells: Counter[Cell] = Counter()
        for record, entry in pairs:
            fault = entry.fault or "none"
            expected = due(fault, streamed=record.stream)
            if expected is not None:
                cells[Cell(fault, record.stream, Due(record.outcome, record.detail or ""), expected)] += 1
        tried = {(cell.fault, cell.streamed) for cell in cells}
        untried = tuple(
            (fault, streamed) for fault in DUE for streamed in (True, False) if (fault, streamed) not in tried
        )
        return cls(cells, untried)

    @property
    def requests(self) -> int:
        """How many were judged."""
        return self.cells.total()

    @property
    def right(self) -> int:
        """How many of them were what was due."""
        return sum(count for cell, count in self.cells.items() if cell.right)

    @property
    def holds(self) -> bool:
        """Whether every fault was tried and every finding was right."""
        return not self.untried and self.right == self.requests > 0

    def wrong(self) -> list[tuple[Cell, int]]:
        """The cells off the diagonal, the most frequent first."""
        return [(cell, count) for cell, count in self.cells.most_common() if not cell.right]

    def to_dict(self) -> dict[str, Any]:
        """The matrix as JSON values: a row a cell."""
        ordered = sorted(self.cells.items(), key=lambda item: (item[0].fault, not item[0].streamed, -item[1]))
        return {
            "requests": self.requests,
            "right": self.right,
            "holds": self.holds,
            "untried": [{"fault": fault, "streamed": streamed} for fault, streamed in self.untried],
            "cells": [
                {
                    "fault": cell.fault,
                    "streamed": cell.streamed,
                    "outcome": cell.found.outcome,
                    "detail": cell.found.detail,
                    "due": [cell.due.outcome, cell.due.detail],
                    "count": count,
                }
                for cell, count in ordered
            ],
        }


def _said(found: Due) -> str:
    return f"{found.outcome} {found.detail}".strip()
