"""Resampling a run in blocks of consecutive slots, so that what lasts for a while (a slow minute) stays together.

The circular block bootstrap (Politis and Romano, "A circular block-resampling procedure for stationary data", 1992):
blocks of L slots begin at any of the S slots, the last followed by the first; ceil(S / L) of them, drawn with
replacement, are a resample. L = S^(1/3) by the usual order of magnitude, and at least a second.

Quick, because the histogram of a block is one whole number: each bucket's running count has 64 bits of it, so that
adding numbers adds histograms.
"""

import math
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from random import Random
from typing import Final, Self

RESAMPLES: Final = 1000
BLOCK_AT_LEAST_S: Final = 1.0
FEWEST_BLOCKS: Final = 5
"""With fewer blocks than that nobody can say what is chance."""
_ENOUGH: Final = 0.95
"""The share of resamples that must have a figure."""
_LANE: Final = 8
"""Bytes of a bucket's count."""

Picks = Callable[[Sequence[int]], tuple[int, ...]]
"""Takes the blocks of one resample out of all."""


@dataclass(frozen=True, slots=True)
class Resampling:
    """How a run of so many slots is resampled: `blocks` blocks of `length` slots each, as `picks` takes them.

    There are no picks where there are too few blocks for it.
    """

    slots: int
    length: int
    blocks: int
    picks: Sequence[Picks]

    @classmethod
    def of(cls, slots: int, width_s: float, seed: int, resamples: int = RESAMPLES) -> Self:
        """The resampling of slots of that width in seconds."""
        length = max(round(slots ** (1 / 3)), math.ceil(BLOCK_AT_LEAST_S / width_s))
        blocks = math.ceil(slots / length)
        many = resamples if blocks >= FEWEST_BLOCKS else 0
        chance = Random(seed)
        return cls(slots, length, blocks, [itemgetter(*chance.choices(range(slots), k=blocks)) for _ in range(many)])

    def error(self, drawn: Sequence[float]) -> float | None:
        """The standard error of what was drawn, None where too many resamples had no such figure (-inf)."""
        finite = [value for value in drawn if value > -math.inf]
        if len(finite) < max(_ENOUGH * len(self.picks), 2):
            return None
        mean = math.fsum(finite) / len(finite)
        return math.sqrt(math.fsum((value - mean) ** 2 for value in finite) / (len(finite) - 1))


class Blocks:
    """The counts of a series by block. With `running` each bucket's count is that of all buckets up to it."""

    def __init__(
        self, series: Sequence[Mapping[int, int]], buckets: Sequence[int], length: int, *, running: bool
    ) -> None:
        self._bytes = _LANE * len(buckets)
        slots = [_packed([counts.get(bucket, 0) for bucket in buckets], running=running) for counts in series]
        self.whole = self._counts(sum(slots))
        around = [slots[index % len(slots)] for index in range(len(slots) + length - 1)]
        sums = [0, *accumulate(around)]
        self._blocks = [sums[start + length] - sums[start] for start in range(len(slots))]

    def resampled(self, picks: Iterable[Picks]) -> Iterator[memoryview]:
        """The counts of each resample."""
        for pick in picks:
            yield self._counts(sum(pick(self._blocks)))

    def _counts(self, packed: int) -> memoryview:
        return memoryview(packed.to_bytes(self._bytes, sys.byteorder)).cast("Q")


def _packed(counts: Sequence[int], *, running: bool) -> int:
    return int.from_bytes(array("Q", accumulate(counts) if running else counts).tobytes(), sys.byteorder)
