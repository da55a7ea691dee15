"""A piece of advice, and the rules that find it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ..measure.habits import Habits
from ..measure.summary import Summary

LEAST: Final = 20
"""Fewer attempts of a kind say nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, and how much of the run it is about (0 to 1, by which it is ranked)."""

    weight: float
    text: str


Rule: TypeAlias = Callable[[Summary, Habits], Iterator[Finding]]
