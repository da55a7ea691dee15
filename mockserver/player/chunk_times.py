"""A performance of which every write is noted, for those who want to see more than first and last."""

from .passing import Passing
from .performance import Performance, Trace


class ChunkTimes(Passing):
    """Notes for each write when it left (monotonic seconds) and how many tokens had been sent then."""

    __slots__ = ("_chunks", "_trace")

    def __init__(self, performance: Performance, trace: Trace, chunks: list[tuple[float, int]]) -> None:
        super().__init__(performance, performance.end)
        self._trace = trace
        self._chunks = chunks

    def sent(self, at: float) -> None:
        """Note when the frames left."""
        super().sent(at)
        self._chunks.append((at, self._trace.sent_tokens))
