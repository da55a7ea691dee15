"""Empirical distribution functions: which share of all values is at most so large."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from ..measure.histogram import LogHistogram, value_of

POINTS: Final = 300
"""A curve with more points is thinned: neighbouring buckets, a few percent wide together, are shown as one."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves over the same values: the shares of each, and the number of values that it is of.

    A share is None before a curve's first value. A curve that ends below 1 is of attempts of which the rest failed.
    """

    values_ms: Sequence[float]
    shares: Sequence[Sequence[float | None]]
    counts: Sequence[int]


def curves_of(values: Sequence[tuple[LogHistogram, int]]) -> Curves:
    """The curves of histograms, each with how many more values there are at infinity."""
    counts = [histogram.n + infinite for histogram, infinite in values]
    buckets = [histogram.buckets for histogram, _ in values]
    edges = sorted({bucket for one in buckets for bucket in one})
    step = -(-len(edges) // POINTS) or 1
    kept = edges[::-1][::step][::-1]
    shares = [_shares(one, n, kept) for one, n in zip(buckets, counts, strict=True)]
    return Curves([float(f"{value_of(bucket):.4g}") for bucket in kept], shares, counts)


def _shares(buckets: Mapping[int, int], n: int, edges: Sequence[int]) -> list[float | None]:
    """At each edge the share of values in its bucket and those below."""
    left = iter(buckets.items())
    counts, pending = [], next(left, None)
    for edge in edges:
        count = 0
        while pending is not None and pending[0] <= edge:
            count += pending[1]
            pending = next(left, None)
        counts.append(count)
    return [round(seen / n, 5) if seen else None for seen in accumulate(counts)]
