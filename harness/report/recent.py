"""What came in during the last seconds of a run, class by class."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from profiles.record import Record

from ..measure.distribution import NEEDED
from ..measure.histogram import LogHistogram
from ..measure.measured import Measures
from .view import ClassView

RECENT_S: Final = 10.0
"""Long enough for percentiles of a class that is asked a few times a second, short enough to show a change."""


@dataclass(slots=True)
class _Latency:
    """Time to first token and total latency of complete attempts, in ms from when they were due."""

    ttft_ms: LogHistogram = field(default_factory=LogHistogram)
    e2e_ms: LogHistogram = field(default_factory=LogHistogram)

    def merge(self, other: "_Latency") -> None:
        self.ttft_ms.merge(other.ttft_ms.buckets)
        self.e2e_ms.merge(other.e2e_ms.buckets)


@dataclass(slots=True)
class _Slice:
    """What came in between two looks."""

    attempts: int = 0
    tokens: int = 0
    classes: dict[str, _Latency] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recently:
    """What the last seconds came to; rates are None before any time has passed."""

    ended_per_s: float | None
    tokens_per_s: float | None
    classes: tuple[ClassView, ...]


class Recent:
    """Sorts what comes in by when it is looked at. To be looked at in order of time."""

    def __init__(self) -> None:
        self._slices: deque[tuple[float, _Slice]] = deque()
        self._current = _Slice()
        self._names: dict[str, None] = {}
        self._begin_s = 0.0

    def add(self, record: Record, took: Measures) -> None:
        """Take one attempt in, and what it took."""
        now = self._current
        now.attempts += 1
        if record.tokens is not None:
            now.tokens += record.tokens.completion or 0
        latency = now.classes.get(record.class_)
        if latency is None:
            latency = now.classes[record.class_] = _Latency()
            self._names.setdefault(record.class_)
        if took.ttft_ms is not None:
            latency.ttft_ms.counts[took.ttft_ms.bucket] += 1
        if took.e2e_ms is not None:
            latency.e2e_ms.counts[took.e2e_ms.bucket] += 1

    def at(self, elapsed_s: float) -> Recently:
        """The last seconds as they are after so many seconds of the run."""
        self._slices.append((elapsed_s, self._current))
        self._current = _Slice()
        while len(self._slices) > 1 and self._slices[0][0] <= elapsed_s - RECENT_S:
            self._begin_s = self._slices.popleft()[0]
        span_s = elapsed_s - self._begin_s
        merged: dict[str, _Latency] = {name: _Latency() for name in self._names}
        for _, piece in self._slices:
            for name, latency in piece.classes.items():
                merged[name].merge(latency)
        return Recently(
            ended_per_s=sum(piece.attempts for _, piece in self._slices) / span_s if span_s > 0 else None,
            tokens_per_s=sum(piece.tokens for _, piece in self._slices) / span_s if span_s > 0 else None,
            classes=tuple(_seen(name, latency) for name, latency in sorted(merged.items())),
        )


def _seen(name: str, latency: _Latency) -> ClassView:
    return ClassView(
        name=name,
        ttft_p50_ms=_carried(latency.ttft_ms, 0.5),
        ttft_p95_ms=_carried(latency.ttft_ms, 0.95),
        e2e_p50_ms=_carried(latency.e2e_ms, 0.5),
        e2e_p95_ms=_carried(latency.e2e_ms, 0.95),
    )


def _carried(histogram: LogHistogram, q: float) -> float | None:
    """The quantile where there are enough values for it."""
    return histogram.quantile(q) if histogram.n >= NEEDED[q] else None
