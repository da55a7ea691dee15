"""What a benchmark is: declared rows, how they are measured, and a function that measures them once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure that is measured, in `unit`.

    `goal` is the bound that it should keep, None for a row that is for orientation. `reference` says in a few words
    what is measured beside it, in the same unit, for the ratio between the two; None where nothing compares.
    """

    name: str
    unit: str
    goal: float | None = None
    reference: str | None = None
    better: Literal["less", "more"] = "less"

    def keeps(self, figure: float) -> bool:
        """Whether `figure` meets the goal; a row without one is always content."""
        if self.goal is None:
            return True
        return figure <= self.goal if self.better == "less" else figure >= self.goal


class Sample(NamedTuple):
    """A row measured once: the figure, and its reference from the same minute."""

    figure: float
    reference: float | None = None


Measure = Callable[[bool], Sequence[Sample]]
"""Measures once: a sample for each of the rows, in their order. True asks for a small load, to see that it works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Rows that are measured together, `repeats` times."""

    name: str
    method: str
    rows: tuple[Row, ...]
    measure: Measure
    repeats: int = 3
