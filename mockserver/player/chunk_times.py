"""A performance of which every write is noted, for those who want to see more than first and last."""

from .performance import End, Performance, Trace


class ChunkTimes:
    """Passes everything on, and notes for each write when it left (monotonic seconds) and how many tokens had then."""

    __slots__ = ("_chunks", "_performance", "_trace", "end", "first_due")

    def __init__(self, performance: Performance, trace: Trace, chunks: list[tuple[float, int]]) -> None:
        self._performance = performance
        self._trace = trace
        self._chunks = chunks
        self.end: End = performance.end
        self.first_due = performance.first_due

    def opened(self, at: float) -> None:
        """Note when the headers left."""
        self._performance.opened(at)

    def perform(self, now: float) -> tuple[bytes, float | None]:
        """The frames due by `now`, and when the next one is."""
        return self._performance.perform(now)

    def sent(self, at: float) -> None:
        """Note when they left."""
        self._performance.sent(at)
        self._chunks.append((at, self._trace.sent_tokens))

    def hung_up(self, at: float) -> None:
        """Note when the client left."""
        self._performance.hung_up(at)
