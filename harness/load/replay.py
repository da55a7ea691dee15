"""A trace at another speed and rate."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from .trace import Row


def replayed(rows: Sequence[Row], *, speed: float = 1.0, rate: float = 1.0, seed: int = 0) -> Iterator[Row]:
    """The rows with their times divided by `speed`, and each of them `rate` times on average.

    Below 1 `rate` is the share that is kept, chosen by the seed. Above, a row comes again, as often as the rate says,
    at times that the seed chooses between its own and the next row's, so that bursts stay where they were.
    """
    rng = Random(f"{seed}/trace")
    whole, part = divmod(rate, 1.0)
    ends = [*(after.at_s for _, after in pairwise(rows)), rows[-1].at_s]
    for row, end_s in zip(rows, ends, strict=True):
        count = int(whole) + (rng.random() < part)
        again = sorted(rng.uniform(row.at_s, end_s) for _ in range(count - 1))
        for at_s in [row.at_s, *again][:count]:
            yield replace(row, at_s=at_s / speed)
