"""A sample of the complete attempts, small whatever the run: the same records always give the same one."""

import heapq
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from profiles.record import Record

from ..measure.measured import Measures

KEPT: Final = 3000


class Point(NamedTuple):
    """What is kept of an attempt."""

    class_: str
    prompt: int
    completion: int
    ttft_ms: float | None
    e2e_ms: float | None


@dataclass(slots=True)
class Sample:
    """Keeps the attempts whose ids have the smallest checksums: which ones those are, order does not matter."""

    _heap: list[tuple[int, str, Point]] = field(default_factory=list)
    seen: int = 0

    def add(self, record: Record, took: Measures) -> None:
        """Take in a complete attempt whose tokens are known."""
        if record.tokens is None:
            return
        self.seen += 1
        rank = -zlib.crc32(record.id.encode())
        if len(self._heap) >= KEPT and rank < self._heap[0][0]:
            return
        point = Point(
            record.class_,
            record.tokens.prompt or 0,
            record.tokens.completion or 0,
            None if took.ttft_ms is None else took.ttft_ms.ms,
            None if took.e2e_ms is None else took.e2e_ms.ms,
        )
        self._keep((rank, record.id, point))

    def merge(self, other: "Sample") -> None:
        """Add what another one was drawn from."""
        self.seen += other.seen
        for entry in other._heap:
            self._keep(entry)

    def points(self) -> Iterator[Point]:
        """What is kept, in an order of its own."""
        for _, _, point in sorted(self._heap):
            yield point

    def _keep(self, entry: tuple[int, str, Point]) -> None:
        if len(self._heap) < KEPT:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)
