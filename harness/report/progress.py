"""How a run is going: what its attempts come to so far, and the line that shows it in a plain log."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from profiles.record import Outcome, Record

from ..measure.histogram import LogHistogram
from ..measure.measured import measured
from .headroom import headroom_of
from .numbers import duration, rate
from .recent import Recent
from .view import View

WINDOW_S: Final = 5.0
"""Tokens per second are those of the last five seconds: long enough to be steady, short enough to show a change."""


@dataclass(slots=True)
class Progress:
    """What the attempts so far come to; their times count from when they were due, as in the summary."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    ttft_ms: LogHistogram = field(default_factory=LogHistogram)
    calls: int = 0
    tokens: int = 0
    cost_usd: float | None = None
    recent: Recent = field(default_factory=Recent)
    _limits: dict[str, tuple[float, Mapping[str, str]]] = field(default_factory=dict)
    _marks: deque[tuple[float, int]] = field(default_factory=lambda: deque([(0.0, 0)]))

    def add(self, record: Record) -> None:
        """Take one attempt in."""
        self.outcomes[record.outcome] += 1
        self.calls += record.attempt == 1
        took = measured(record)
        if took.ttft_ms is not None:
            self.ttft_ms.counts[took.ttft_ms.bucket] += 1
        if record.tokens is not None:
            self.tokens += record.tokens.completion or 0
        if record.cost_usd is not None:
            self.cost_usd = (self.cost_usd or 0.0) + record.cost_usd
        if record.ratelimit:
            self._keep_limits(record)
        self.recent.add(record, took)

    def view(self, now: View) -> View:
        """What is known of this instant from elsewhere, and beside it what the attempts come to."""
        recently = self.recent.at(now.elapsed_s)
        return replace(
            now,
            outcomes=dict(self.outcomes),
            ended_per_s=recently.ended_per_s,
            tokens_per_s=recently.tokens_per_s,
            classes=recently.classes,
            headroom=tuple(headroom_of({model: headers for model, (_, headers) in self._limits.items()})),
            cost_usd=self.cost_usd,
        )

    def line(self, elapsed_s: float, users: int) -> str:
        """The state after `elapsed_s` seconds with so many users running. To be called in order of time."""
        now = View(elapsed_s=elapsed_s, users=users, outcomes=self.outcomes)
        p50 = self.ttft_ms.quantile(0.5) if self.ttft_ms.n else None
        return "  ".join(
            (
                f"{elapsed_s:4.0f} s",
                f"{users:>3} users",
                f"{now.requests:>5,} requests",
                f"{self.outcomes['complete']:>5,} complete",
                f"{now.limited:>3,} x 429",
                f"{now.failed:>3,} failed",
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

    def _keep_limits(self, record: Record) -> None:
        """Keep the headers of the answer that began last: records come when answers end.

        What it does not say stays as it was: a refusal often names no limit, only how long to wait.
        """
        answered_at = (record.sent_at or record.intended_at) + (record.headers_ms or 0.0) / 1000
        before_at, before = self._limits.get(record.model, (0.0, {}))
        if answered_at >= before_at:
            self._limits[record.model] = (answered_at, {**before, **record.ratelimit})


def worker_line(elapsed_s: float, users: int, records: int) -> str:
    """How the workers of one machine are doing; what comes of it is known where the master is."""
    return f"{elapsed_s:4.0f} s  {users:>3} users  {records:>5,} records"
