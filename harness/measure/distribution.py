"""A distribution as a summary shows it: count, mean, percentiles with intervals, maximum; and its running sums."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from .histogram import LogHistogram, bucket_of, nearest_rank, value_of
from .intervals import ranks

NEEDED: Final[Mapping[float, int]] = {0.5: 5, 0.9: 29, 0.95: 59, 0.99: 300}
"""How many values a percentile needs: n >= log(0.05) / log(q), so that the largest value lies above the q-quantile with
95 % confidence, since all n lie below it with probability q^n (order statistics; p99's 299 is rounded up, as usual)."""

_NS_PER_MS: Final = 1_000_000


Interval = tuple[float | None, float | None]
"""From where to where, each None where the sample does not carry it, or it is infinite."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of milliseconds. None where the sample does not carry the figure, or it is infinite.

    `ci` has each percentile's 95 % interval, of the order statistics that `intervals.ranks` names. They were drawn from
    buckets, so it reaches from the lower end of one to the upper end of the other. Where values come in groups (the
    gaps of one stream), which resemble each other, the interval is that of as many values as there are groups.
    """

    n: int
    mean: float | None = None
    p50: float | None = None
    p90: float | None = None
    p95: float | None = None
    p99: float | None = None
    max: float | None = None
    ci: Mapping[str, Interval] = field(default_factory=lambda: {_name(q): (None, None) for q in NEEDED})


class Measured(msgspec.Struct, frozen=True):
    """A value that was measured, ready to be counted in several places: in ms, in whole ns, and its bucket's number."""

    ms: float
    ns: int
    bucket: int


def measured_of(value_ms: float) -> Measured:
    """A value made ready; what the clock makes negative is zero."""
    if value_ms < 0:
        value_ms = 0.0
    return Measured(value_ms, round(value_ms * _NS_PER_MS), bucket_of(value_ms))


class Spread:
    """The running sums of a distribution. Sums are whole nanoseconds, so that neither order nor grouping matters."""

    __slots__ = ("_groups", "_histogram", "_infinite", "_max_ms", "_sum_ns")

    def __init__(self) -> None:
        self._histogram = LogHistogram()
        self._infinite = 0
        self._groups = 0  # of finite values; one that is counted by itself is a group of its own
        self._sum_ns = 0
        self._max_ms = 0.0

    def add(self, value_ms: float) -> None:
        """Count a value; infinity is one too, and what the clock makes negative is zero."""
        if value_ms == math.inf:
            self._infinite += 1
        else:
            self.count(measured_of(value_ms))

    def count(self, value: Measured) -> None:
        """Count a value that is ready for it."""
        self._histogram.counts[value.bucket] += 1
        self._groups += 1
        self._sum_ns += value.ns
        if value.ms > self._max_ms:
            self._max_ms = value.ms

    def add_buckets(self, buckets: Mapping[int, int], sum_ms: float) -> None:
        """Count the values of a histogram whose sum is known, as one group; its largest is known within a percent."""
        if not buckets:
            return
        self._histogram.merge(buckets)
        self._groups += 1
        self._sum_ns += round(sum_ms * _NS_PER_MS)
        if (largest_ms := value_of(max(buckets))) > self._max_ms:
            self._max_ms = largest_ms

    def merge(self, other: "Spread") -> None:
        """Add what another one has counted."""
        self._histogram.merge(other._histogram.buckets)
        self._infinite += other._infinite
        self._groups += other._groups
        self._sum_ns += other._sum_ns
        self._max_ms = max(self._max_ms, other._max_ms)

    def beyond(self, infinite: int) -> "Spread":
        """A copy of it with so many infinite values more."""
        copy = Spread()
        copy.merge(self)
        copy._infinite += infinite
        return copy

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
            ci={_name(q): self._interval(q, n) for q in NEEDED},
        )

    def _percentile(self, q: float, n: int) -> float | None:
        rank = nearest_rank(q, n)
        if n < NEEDED[q] or rank > self._histogram.n:
            return None
        return _ms(min(self._histogram.at_rank(rank), self._max_ms))

    def _interval(self, q: float, n: int) -> Interval:
        if n < NEEDED[q]:
            return None, None
        groups = self._groups + self._infinite
        low, high = ranks(q, groups)
        if groups < n:  # the share of values below, not their number, is what groups tell
            low = low and (low - 1) * n // groups + 1
            high = high and -(-high * n // groups)
        return self._edge(low, 0), self._edge(high, 1)

    def _edge(self, rank: int | None, upper: int) -> float | None:
        if rank is None or rank > self._histogram.n:
            return None
        return _ms(min(self._histogram.edges_at_rank(rank)[upper], self._max_ms))


def _name(q: float) -> str:
    return f"p{round(q * 100)}"


def _ms(value: float) -> float:
    return round(value, 3)
