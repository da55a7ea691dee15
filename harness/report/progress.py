"""The line that shows how a run is going."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

from profiles.record import OUTCOMES, Record

from ..measure.histogram import LogHistogram
from .failures import NOT_FAILED
from .numbers import duration, rate

WINDOW_S: Final = 5.0
"""Tokens per second are those of the last five seconds: long enough to be steady, short enough to show a change."""


@dataclass(slots=True)
class Progress:
    """What the attempts so far come to."""

    outcomes: Counter[str] = field(default_factory=Counter)
    ttft_ms: LogHistogram = field(default_factory=LogHistogram)
    tokens: int = 0
    _marks: deque[tuple[float, int]] = field(default_factory=lambda: deque([(0.0, 0)]))

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        self.outcomes[record.outcome] += 1
        if record.outcome == "complete" and record.first_token_ms is not None:
            self.ttft_ms.add(record.first_token_ms)
        if record.tokens is not None:
            self.tokens += record.tokens.completion or 0

    def line(self, elapsed_s: float, users: int) -> str:
        """The state after `elapsed_s` seconds with so many users running. To be called in order of time."""
        limited = self.outcomes["rate_limited"] + self.outcomes["quota_exhausted"]
        failed = sum(self.outcomes[outcome] for outcome in OUTCOMES if outcome not in NOT_FAILED) - limited
        p50 = self.ttft_ms.quantile(0.5) if self.ttft_ms.n else None
        return "  ".join(
            (
                f"{elapsed_s:4.0f} s",
                f"{users:>3} users",
                f"{sum(self.outcomes.values()):>5,} requests",
                f"{self.outcomes['complete']:>5,} complete",
                f"{limited:>3,} x 429",
                f"{failed:>3,} failed",
                f"TTFT p50 {duration(p50):>7}",
                f"{rate(self._tokens_per_s(elapsed_s)):>5} tokens/s",
            )
        )

    def _tokens_per_s(self, elapsed_s: float) -> float | None:
        self._marks.append((elapsed_s, self.tokens))
        while len(self._marks) > 2 and self._marks[1][0] <= elapsed_s - WINDOW_S:
            self._marks.popleft()
        since_s, before = self._marks[0]
        return (self.tokens - before) / (elapsed_s - since_s) if elapsed_s > since_s else None


def worker_line(elapsed_s: float, users: int, records: int) -> str:
    """How the workers of one machine are doing; what comes of it is known where the master is."""
    return f"{elapsed_s:4.0f} s  {users:>3} users  {records:>5,} records"
