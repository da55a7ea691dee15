"""A distribution as a summary shows it: count, mean, percentiles, maximum; and the running sums it is made from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .histogram import LogHistogram, nearest_rank

NEEDED: Final[Mapping[float, int]] = {0.5: 5, 0.9: 29, 0.95: 59, 0.99: 300}
"""How many values a percentile needs: n >= log(0.05) / log(q), so that the largest value lies above the q-quantile with
95 % confidence, since all n lie below it with probability q^n (order statistics; p99's 299 is rounded up, as usual)."""

_NS_PER_MS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of milliseconds. None where the sample does not carry the figure, or it is infinite."""

    n: int
    mean: float | None = None
    p50: float | None = None
    p90: float | None = None
    p95: float | None = None
    p99: float | None = None
    max: float | None = None


class Spread:
    """The running sums of a distribution. Sums are whole nanoseconds, so that neither order nor grouping matters."""

    __slots__ = ("_histogram", "_infinite", "_max_ms", "_sum_ns")

    def __init__(self) -> None:
        self._histogram = LogHistogram()
        self._infinite = 0
        self._sum_ns = 0
        self._max_ms = 0.0

    def add(self, value_ms: float) -> None:
        """Count a value; infinity is one too, and what the clock makes negative is zero."""
        if value_ms == math.inf:
            self._infinite += 1
            return
        value_ms = max(value_ms, 0.0)
        self._histogram.add(value_ms)
        self._sum_ns += round(value_ms * _NS_PER_MS)
        self._max_ms = max(self._max_ms, value_ms)

    def add_buckets(self, buckets: Mapping[int, int], sum_ms: float) -> None:
        """Count the values of a histogram whose sum is known; its largest value is known within a percent."""
        if not buckets:
            return
        self._histogram.merge(buckets)
        self._sum_ns += round(sum_ms * _NS_PER_MS)
        self._max_ms = max(self._max_ms, LogHistogram(buckets).quantile(1.0))

    def merge(self, other: "Spread") -> None:
        """Add what another one has counted."""
        self._histogram.merge(other._histogram.buckets)
        self._infinite += other._infinite
        self._sum_ns += other._sum_ns
        self._max_ms = max(self._max_ms, other._max_ms)

    @property
    def values(self) -> tuple[LogHistogram, int]:
        """The finite values, and how many were infinite."""
        return self._histogram, self._infinite

    def distribution(self) -> Distribution:
        """What has been counted so far."""
        n = self._histogram.n + self._infinite
        finite = n > 0 and not self._infinite
        return Distribution(
            n=n,
            mean=_ms(self._sum_ns / _NS_PER_MS / n) if finite else None,
            p50=self._percentile(0.5, n),
            p90=self._percentile(0.9, n),
            p95=self._percentile(0.95, n),
            p99=self._percentile(0.99, n),
            max=_ms(self._max_ms) if finite else None,
        )

    def _percentile(self, q: float, n: int) -> float | None:
        rank = nearest_rank(q, n)
        if n < NEEDED[q] or rank > self._histogram.n:
            return None
        return _ms(min(self._histogram.at_rank(rank), self._max_ms))


def _ms(value: float) -> float:
    return round(value, 3)
