"""Conversations turn by turn: how prompts grow, and what that costs in time."""

from dataclasses import dataclass, field
from typing import Final

from profiles.record import Record

from ..measure.histogram import LogHistogram
from ..measure.measured import Measures

DEEPEST: Final = 60
"""Turns from this one on are counted as one, so that an endless conversation is no endless table."""


@dataclass(slots=True)
class Turn:
    """The complete attempts of one turn, counted from 0; tokens are sums over `counted` of them."""

    turn: int
    n: int = 0
    counted: int = 0
    prompt: int = 0
    completion: int = 0
    ttft_ms: LogHistogram = field(default_factory=LogHistogram)
    e2e_ms: LogHistogram = field(default_factory=LogHistogram)


@dataclass(slots=True)
class Depth:
    """Turns in the making."""

    _turns: dict[int, Turn] = field(default_factory=dict)

    def add(self, record: Record, took: Measures) -> None:
        """Take in a complete attempt."""
        if record.turn is None:
            return
        number = record.turn if record.turn < DEEPEST else DEEPEST
        turn = self._turns.get(number)
        if turn is None:
            turn = self._turns[number] = Turn(number)
        turn.n += 1
        if record.tokens is not None:
            turn.counted += 1
            turn.prompt += record.tokens.prompt or 0
            turn.completion += record.tokens.completion or 0
        if took.ttft_ms is not None:
            turn.ttft_ms.counts[took.ttft_ms.bucket] += 1
        if took.e2e_ms is not None:
            turn.e2e_ms.counts[took.e2e_ms.bucket] += 1

    def merge(self, other: "Depth") -> None:
        """Add the turns of another one."""
        for number, theirs in other._turns.items():
            turn = self._turns.setdefault(number, Turn(number))
            turn.n += theirs.n
            turn.counted += theirs.counted
            turn.prompt += theirs.prompt
            turn.completion += theirs.completion
            turn.ttft_ms.merge(theirs.ttft_ms.buckets)
            turn.e2e_ms.merge(theirs.e2e_ms.buckets)

    def ordered(self) -> list[Turn]:
        """The turns in their order."""
        return [turn for _, turn in sorted(self._turns.items())]
