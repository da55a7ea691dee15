"""A run over time: what was due, sent and ended in each second, and what it was like."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from profiles.record import Outcome, Record

from ..measure.histogram import LogHistogram
from ..measure.measured import Measures
from .steps import Steps

SPANS: Final = 1800
"""A longer run has wider spans, of 2, 4, 8 ... seconds, so that there are never more of them."""

_LIMITS: Final = tuple((of, f"{of}_percent", f"remaining-{of}", f"limit-{of}") for of in ("requests", "tokens"))


@dataclass(slots=True)
class Span:
    """What happened in one span of time.

    Due, sent: attempts that were. TTFT in the span in which the first token came; outcomes, total latency, prompt
    tokens, the least that was left of rate limits (as numbers, and as percent of the limit) and the most that the
    harness was late to read: in the span in which the attempt ended.
    """

    due: int = 0
    sent: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    ttft_ms: LogHistogram = field(default_factory=LogHistogram)
    e2e_ms: LogHistogram = field(default_factory=LogHistogram)
    left: dict[str, float] = field(default_factory=dict)
    lag_ms: float | None = None

    def merge(self, other: "Span") -> None:
        """Add what happened in another one."""
        self.due += other.due
        self.sent += other.sent
        self.outcomes.update(other.outcomes)
        self.prompt_tokens += other.prompt_tokens
        self.completion_tokens += other.completion_tokens
        self.ttft_ms.merge(other.ttft_ms.buckets)
        self.e2e_ms.merge(other.e2e_ms.buckets)
        for name, value in other.left.items():
            self.left[name] = min(self.left.get(name, value), value)
        if other.lag_ms is not None:
            self.lag_ms = max(self.lag_ms or 0.0, other.lag_ms)


class Timeseries:
    """The spans of a run in the making. Records may come in any order."""

    def __init__(self) -> None:
        self.width_s = 1
        self._spans: dict[int, Span] = {}
        self._first = self._last = 0
        self._in_flight = Steps(1)
        self._flow = Steps(1)

    @property
    def starts_at(self) -> float:
        """When the first span begins, in epoch seconds."""
        return float(self._first * self.width_s)

    def add(self, record: Record, took: Measures) -> None:
        """Take in one attempt."""
        due, sent_at = self._at(record.intended_at), record.sent_at
        due.due += 1
        if sent_at is None:
            due.outcomes[record.outcome] += 1
            return
        ends_at = sent_at + (record.done_ms or 0.0) / 1000
        self._at(sent_at).sent += 1
        self._in_flight.between(sent_at, ends_at, 1.0)
        if took.ttft_ms is not None and record.first_token_ms is not None:
            self._at(sent_at + record.first_token_ms / 1000).ttft_ms.counts[took.ttft_ms.bucket] += 1
        ended = self._at(ends_at)
        ended.outcomes[record.outcome] += 1
        if took.e2e_ms is not None:
            ended.e2e_ms.counts[took.e2e_ms.bucket] += 1
        if record.lag_ms is not None and record.lag_ms > (ended.lag_ms or -1.0):
            ended.lag_ms = record.lag_ms
        if record.ratelimit:
            _note_limits(ended.left, record.ratelimit)
        if record.tokens is not None:
            ended.prompt_tokens += record.tokens.prompt or 0
            self._flows(record, sent_at, record.tokens.completion or 0, ends_at)

    def merge(self, other: "Timeseries") -> None:
        """Add what another one took in, which is of no use any more."""
        if not other._spans:
            return
        while self.width_s < other.width_s:
            self._widen()
        while other.width_s < self.width_s:
            other._widen()
        if not self._spans:
            self._first, self._last = other._first, other._last
        self._first, self._last = min(self._first, other._first), max(self._last, other._last)
        self._in_flight.merge(other._in_flight)
        self._flow.merge(other._flow)
        for index, span in other._spans.items():
            if (mine := self._spans.get(index)) is None:
                self._spans[index] = span
            else:
                mine.merge(span)
        while self._last - self._first >= SPANS:
            self._widen()

    def spans(self) -> Iterator[Span]:
        """The spans in order of time, the empty ones among them too."""
        for index in range(self._first, self._last + 1) if self._spans else ():
            yield self._spans.get(index) or Span()

    def in_flight(self) -> list[float]:
        """How many requests were in flight in each span, on average."""
        return list(self._in_flight.means(self._first, self._last)) if self._spans else []

    def completion_per_s(self) -> list[float]:
        """Completion tokens per second in each span. A stream's are spread evenly from its first to its last."""
        if not self._spans:
            return []
        whole = (span.completion_tokens / self.width_s for span in self.spans())
        flowing = self._flow.means(self._first, self._last)
        return [round(one + other, 3) for one, other in zip(whole, flowing, strict=True)]

    def _flows(self, record: Record, sent_at: float, tokens: int, ends_at: float) -> None:
        first_ms, last_ms = record.first_token_ms, record.last_token_ms
        if tokens and first_ms is not None and last_ms is not None and last_ms > first_ms:
            length_s = (last_ms - first_ms) / 1000
            begin_at = sent_at + first_ms / 1000
            self._flow.between(begin_at, begin_at + length_s, tokens / length_s)
        else:
            self._at(ends_at).completion_tokens += tokens

    def _at(self, at: float) -> Span:
        span = self._spans.get(int(at // self.width_s))
        return self._opened(at) if span is None else span

    def _opened(self, at: float) -> Span:
        index = int(at // self.width_s)
        first = min(self._first, index) if self._spans else index
        last = max(self._last, index) if self._spans else index
        if last - first >= SPANS:
            self._widen()
            return self._at(at)
        self._first, self._last = first, last
        return self._spans.setdefault(index, Span())

    def _widen(self) -> None:
        narrow = self._spans
        self._spans, self.width_s = {}, self.width_s * 2
        self._first, self._last = self._first >> 1, self._last >> 1
        self._in_flight, self._flow = self._in_flight.widened(), self._flow.widened()
        for index, span in narrow.items():
            if (wide := self._spans.get(index >> 1)) is None:
                self._spans[index >> 1] = span
            else:
                wide.merge(span)


def _note_limits(left: dict[str, float], told: Mapping[str, str]) -> None:
    """Keep the least that was left of each limit, and of it as percent."""
    for name, percent, remaining_name, limit_name in _LIMITS:
        try:
            remaining, limit = float(told[remaining_name]), float(told[limit_name])
        except (KeyError, ValueError):
            continue
        if remaining < left.get(name, math.inf):
            left[name] = remaining
        if limit > 0 and (share := 100 * remaining / limit) < left.get(percent, math.inf):
            left[percent] = share
