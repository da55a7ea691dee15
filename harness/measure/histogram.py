"""A histogram in logarithmic buckets: small, mergeable by addition, quantiles within one percent.

The scheme is DDSketch's (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
guarantees", VLDB 2019). With relative accuracy a = 0.01 and g = (1 + a) / (1 - a), bucket i >= 1 holds the values in
(SMALLEST * g^(i-1), SMALLEST * g^i] and answers with 2 * SMALLEST * g^i / (g + 1), which is within a of each of them.
Bucket 0 holds everything up to SMALLEST and answers 0.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, Self

ACCURACY: Final = 0.01
SMALLEST: Final = 0.001
"""One microsecond, where values are milliseconds."""

_GAMMA: Final = (1 + ACCURACY) / (1 - ACCURACY)
_PER_BUCKET: Final = 1 / math.log(_GAMMA)


class LogHistogram:
    """Counts of values >= 0 by bucket; `buckets` maps a bucket's number to its count and is all there is to store."""

    __slots__ = ("_buckets", "n")

    def __init__(self, buckets: Mapping[int, int] | None = None) -> None:
        self._buckets = dict(buckets or {})
        self.n = sum(self._buckets.values())

    @property
    def buckets(self) -> dict[int, int]:
        """The counts, lowest bucket first."""
        return dict(sorted(self._buckets.items()))

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """The histogram of these values, for less than adding them one by one. Raises ValueError as `add` does."""
        return cls(Counter(map(_bucket_of, values)))

    def add(self, value: float, count: int = 1) -> None:
        """Count a value, `count` times. Raises ValueError for one that is negative or not finite."""
        bucket = _bucket_of(value)
        self._buckets[bucket] = self._buckets.get(bucket, 0) + count
        self.n += count

    def merge(self, buckets: Mapping[int, int]) -> None:
        """Add the counts of another histogram."""
        for bucket, count in buckets.items():
            self._buckets[bucket] = self._buckets.get(bucket, 0) + count
            self.n += count

    def at_rank(self, rank: int) -> float:
        """The value of the `rank`-th smallest (1 is the smallest). Raises IndexError when there are fewer."""
        if not 1 <= rank <= self.n:
            raise IndexError(f"no rank {rank} among {self.n} values")
        seen = 0
        for bucket in sorted(self._buckets):
            seen += self._buckets[bucket]
            if seen >= rank:
                break
        return value_of(bucket)

    def below(self, bound: float) -> int:
        """How many values do not exceed a bound, within one percent of it."""
        return sum(count for bucket, count in self._buckets.items() if value_of(bucket) <= bound)

    def quantile(self, q: float) -> float:
        """The q-quantile by nearest rank: the smallest value that at least q of all values do not exceed.

        Raises IndexError when the histogram is empty.
        """
        return self.at_rank(nearest_rank(q, self.n))


def value_of(bucket: int) -> float:
    """The value that stands for all of a bucket."""
    return 2 * SMALLEST * _GAMMA**bucket / (_GAMMA + 1) if bucket else 0.0


def _bucket_of(value: float) -> int:
    if not 0 <= value < math.inf:
        raise ValueError(f"{value} has no bucket")
    return math.ceil(math.log(value / SMALLEST) * _PER_BUCKET) if value > SMALLEST else 0


def nearest_rank(q: float, n: int) -> int:
    """The rank of the q-quantile among n values, from 1 on; products that are whole but for rounding count as whole."""
    return max(math.ceil(round(q * n, 6)), 1)
