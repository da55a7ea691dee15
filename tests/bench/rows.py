"""What a benchmark is: a function that measures, and the rows that it fills."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, its goal (None: for orientation), in a unit where less is better."""

    name: str
    figure: float
    unit: str
    goal: float | None = None

    def __str__(self) -> str:
        figure = f"{self.name:<58} {self.figure:>8.2f} {self.unit}"
        if self.goal is None:
            return figure
        return f"{figure:<72} goal {self.goal:g} {self.unit}: {'met' if self.figure <= self.goal else 'MISSED'}"


@dataclass(frozen=True, slots=True)
class Measurement:
    """Rows, and how they were measured."""

    method: str
    rows: Sequence[Row]


Benchmark = Callable[[], Measurement]
