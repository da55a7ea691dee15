"""A histogram in logarithmic buckets: small, mergeable by addition, quantiles within one percent.

The scheme is DDSketch's (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
guarantees", VLDB 2019). With relative accuracy a = 0.01 and g = (1 + a) / (1 - a), bucket i >= 1 holds the values in
(SMALLEST * g^(i-1), SMALLEST * g^i] and answers with 2 * SMALLEST * g^i / (g + 1), which is within a of each of them.
Bucket 0 holds everything up to SMALLEST and answers 0.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, Self

ACCURACY: Final = 0.01
SMALLEST: Final = 0.001
"""One microsecond, where values are milliseconds."""

GAMMA: Final = (1 + ACCURACY) / (1 - ACCURACY)
"""Each bucket's upper end in terms of the one before."""

_PER_BUCKET: Final = 1 / math.log(GAMMA)


class LogHistogram:
    """Counts of values >= 0 by bucket; `buckets` maps a bucket's number to its count and is all there is to store.

    `counts` is the same while it grows, in no order: whoever counts a million values adds to it without a call.
    """

    __slots__ = ("counts",)

    def __init__(self, buckets: Mapping[int, int] | None = None) -> None:
        self.counts: defaultdict[int, int] = defaultdict(int, buckets or {})

    @property
    def n(self) -> int:
        """How many values were counted."""
        return sum(self.counts.values())

    @property
    def buckets(self) -> dict[int, int]:
        """The counts, lowest bucket first."""
        return dict(sorted(self.counts.items()))

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """The histogram of these values, for less than adding them one by one. Raises ValueError as `add` does."""
        return cls(Counter(map(bucket_of, values)))

    def add(self, value: float, count: int = 1) -> None:
        """Count a value, `count` times. Raises ValueError for one that is negative or not finite."""
        self.counts[bucket_of(value)] += count

    def merge(self, buckets: Mapping[int, int]) -> None:
        """Add the counts of another histogram."""
        mine = self.counts
        for bucket, count in buckets.items():
            mine[bucket] += count

    def at_rank(self, rank: int) -> float:
        """The value of the `rank`-th smallest (1 is the smallest). Raises IndexError when there are fewer."""
        return value_of(self._bucket_at(rank))

    def edges_at_rank(self, rank: int) -> tuple[float, float]:
        """What the `rank`-th smallest value lies between. Raises IndexError when there are fewer."""
        bucket = self._bucket_at(rank)
        return (SMALLEST * GAMMA ** (bucket - 1) if bucket else 0.0), SMALLEST * GAMMA**bucket

    def _bucket_at(self, rank: int) -> int:
        if not 1 <= rank <= self.n:
            raise IndexError(f"no rank {rank} among {self.n} values")
        seen = 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= rank:
                break
        return bucket

    def below(self, bound: float) -> int:
        """How many values do not exceed a bound, within one percent of it."""
        return sum(count for bucket, count in self.counts.items() if value_of(bucket) <= bound)

    def quantile(self, q: float) -> float:
        """The q-quantile by nearest rank: the smallest value that at least q of all values do not exceed.

        Raises IndexError when the histogram is empty.
        """
        return self.at_rank(nearest_rank(q, self.n))


def value_of(bucket: int) -> float:
    """What a bucket answers with."""
    return 2 * SMALLEST * GAMMA**bucket / (GAMMA + 1) if bucket else 0.0


def bucket_of(value: float) -> int:
    """The bucket of a value. Raises ValueError for one that is negative or not finite."""
    if not 0 <= value < math.inf:
        raise ValueError(f"{value} has no bucket")
    return math.ceil(math.log(value / SMALLEST) * _PER_BUCKET) if value > SMALLEST else 0


def nearest_rank(q: float, n: int) -> int:
    """The rank of the q-quantile among n values, from 1 on; products that are whole but for rounding count as whole."""
    return max(math.ceil(round(q * n, 6)), 1)
