"""Whether a run was steady while it was measured: throughput and latency of its first and last third; Little's law."""

import math
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Final

from .series import Series

BLOCKS: Final = 30
THIRD: Final = BLOCKS // 3
SIGNIFICANT: Final = 0.01
WORTH_SAYING: Final = 0.05
"""A smaller change is not called one, however sure it is."""
LITTLE_OFF: Final = 0.1
_LEAST: Final = 5 * BLOCKS
_LEAST_TIMES: Final = 10
"""How many times as long as an attempt a window has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """Last third against first third of what was measured: relative changes, and the probability of such by chance."""

    steady: bool
    throughput_change: float
    throughput_p: float
    e2e_p50_change: float
    e2e_p50_p: float

    def notes(self) -> Iterator[str]:
        """What is to be said of it."""
        for what, change, p in (
            ("throughput", self.throughput_change, self.throughput_p),
            ("total p50", self.e2e_p50_change, self.e2e_p50_p),
        ):
            if _changed(change, p):
                yield (
                    f"not steady: {what} of the last third is {change:+.0%} against the first (rank-sum test of "
                    f"{THIRD} against {THIRD} blocks, p {max(p, 0.0001):.2g}); --warm-up auto leaves out a slow begin, "
                    "a longer run tells the rest"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Little:
    """Little's law, L = lambda W: mean attempts in flight, ends per second, mean seconds of an attempt, L/(lambda W)-1.

    Source: Little, "A proof for the queuing formula L = lambda W", Operations Research 9 (1961). It holds for every
    system that is steady: where the sides differ, more began than ended.
    """

    in_flight: float
    ends_per_s: float
    mean_s: float
    off: float

    def notes(self) -> Iterator[str]:
        """What is to be said of it."""
        if abs(self.off) > LITTLE_OFF:
            what = "piled up" if self.off > 0 else "drained"
            yield (
                f"Little's law is off by {self.off:+.0%}: {self.in_flight:.1f} requests in flight on average, but "
                f"throughput x latency is {self.ends_per_s * self.mean_s:.1f}; requests {what} while it was measured, "
                "so that these latencies are not those of a load that lasts"
            )


def steadiness(series: Series, since: float = -math.inf) -> Steadiness | None:
    """The first and last third of what was sent from `since` on, compared; None where there is too little of it.

    Thirty blocks of equal length; the ten first and the ten last, by complete attempts that ended in each and by the
    median of how long those took that were sent in it, in Mann's and Whitney's two-sided rank-sum test. Blocks, not
    attempts, since attempts of one moment resemble each other.
    """
    window = _window(series, since)
    if window is None:
        return None
    begun, length_s = window
    counts, lasted = [0] * BLOCKS, [array("d") for _ in range(BLOCKS)]
    per_s = BLOCKS / length_s
    for at, lasted_s, complete in zip(series.sent_at, series.lasted_s, series.complete, strict=True):
        if complete:
            since_s = at - begun
            end = math.floor((since_s + lasted_s) * per_s)
            if 0 <= end < BLOCKS:
                counts[end] += 1
            if 0 <= since_s < length_s:
                lasted[min(int(since_s * per_s), BLOCKS - 1)].append(lasted_s)
    if sum(map(len, lasted)) < _LEAST or not all(lasted):
        return None
    throughput, throughput_p = _change(counts[:THIRD], counts[-THIRD:])
    latency, latency_p = _change(*([median(block) for block in third] for third in (lasted[:THIRD], lasted[-THIRD:])))
    return Steadiness(
        steady=not (_changed(throughput, throughput_p) or _changed(latency, latency_p)),
        throughput_change=round(throughput, 4),
        throughput_p=throughput_p,
        e2e_p50_change=round(latency, 4),
        e2e_p50_p=latency_p,
    )


def littles_law(series: Series, since: float = -math.inf) -> Little | None:
    """Both sides of the law from `since` to the last sending; None where the window is short against an attempt.

    In flight is the time that attempts were under way in it, by its length; the other side is of those that ended.
    """
    window = _window(series, since)
    if window is None:
        return None
    begun, length_s = window
    until = begun + length_s
    inside_s, ended_s, ends = [], [], 0
    for at, lasted_s in zip(series.sent_at, series.lasted_s, strict=True):
        end = at + lasted_s
        inside_s.append(max(min(end, until) - max(at, begun), 0.0))
        if begun <= end < until:
            ended_s.append(lasted_s)
            ends += 1
    if ends < _LEAST:
        return None
    mean_s = math.fsum(ended_s) / ends
    if not 0 < mean_s * _LEAST_TIMES <= length_s:
        return None
    in_flight, ends_per_s = math.fsum(inside_s) / length_s, ends / length_s
    off = in_flight / (ends_per_s * mean_s) - 1
    return Little(
        in_flight=round(in_flight, 3), ends_per_s=round(ends_per_s, 3), mean_s=round(mean_s, 6), off=round(off, 4)
    )


def rank_sum_p(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p of Mann's and Whitney's test by its normal approximation, with ties and continuity.

    U counts pairs in which the second is larger, ties half; its variance is n m / 12 (N + 1 - sum(t^3 - t) / N (N - 1))
    with t the sizes of groups of ties ("On a test of whether one of two random variables is stochastically larger
    than the other", Ann. Math. Statist. 18, 1947).
    """
    n, m = len(first), len(second)
    everything = sorted([*first, *second])
    total = n + m
    u = sum((b > a) + 0.5 * (b == a) for a in first for b in second)
    ties = sum(size**3 - size for size in (len(list(group)) for _, group in groupby(everything)))
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    return min(math.erfc(max(abs(u - n * m / 2) - 0.5, 0.0) / math.sqrt(2 * variance)), 1.0)


def _window(series: Series, since: float) -> tuple[float, float] | None:
    if not series:
        return None
    begun, last = max(since, min(series.sent_at)), max(series.sent_at)
    return (begun, last - begun) if last > begun else None


def _change(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    before, after = math.fsum(first), math.fsum(second)
    return (after / before - 1 if before else math.inf), round(rank_sum_p(first, second), 6)


def _changed(change: float, p: float) -> bool:
    return p < SIGNIFICANT and abs(change) > WORTH_SAYING
