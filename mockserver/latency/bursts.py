"""The rhythm of tokens that leave in bursts: steps with noise, delays on the way that none overtakes, a filter.

    g_i   = g_(i-1) + k_i * tpot * exp(sigma * Z_i - sigma^2 / 2)     made; the mean is k_i * tpot
    out_i = max(out_(i-1), g_i + f_i + d_i)                           sent; d_i is 0 but for a share of late bursts

A burst that leaves token by token as the API makes it begins at g_i; one that a filter reads (f_i) waits until its
last token is made. The first burst is never late: the time to first token has its own spread.
"""

import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, repeat
from statistics import NormalDist
from typing import Final

from .distributions import Distribution
from .draws import Numbers

_PER_WORD: Final = 2.0**-32
_DOUBLE_BYTES: Final = 8
_CELLS: Final = 1024
_CELL_SHIFT: Final = 22
"""A word's upper ten bits choose one of 1,024 equally likely steps, the middles of their cells."""


@dataclass(frozen=True, slots=True)
class Late:
    """d = scale * (mean time between bursts) * Lomax(alpha) with probability `share`, otherwise 0."""

    share: float
    scale: float
    alpha: float

    def delays(self, words: "array[int]") -> Iterator[float]:
        """A delay for each word, in mean times between bursts. Two in three are 0, mostly: those cost next to nothing.

        A word below the share is late, and where below it tells by how much.
        """
        below, power = self.share / _PER_WORD, -1 / self.alpha
        scale = self.scale
        for word in words:
            yield scale * (((word + 0.5) / below) ** power - 1) if word + 0.5 < below else 0.0


@dataclass(frozen=True)
class Bursts:
    """How tokens are bundled; `least` and `most` tokens a burst."""

    least: int
    most: int
    sigma: float = 0.0
    late: Late | None = None
    filter_ms: float | Distribution | None = None

    def instants(self, first_s: float, gap_s: float, count: int, numbers: Numbers) -> "array[float]":
        """When each of `count` tokens leaves; the first is made at `first_s`, the next ones take `gap_s` each.

        Takes four words a burst, whatever of it is switched on.
        """
        if not count:
            return array("d")
        most_bursts = -(-count // self.least)
        words = numbers.words(4 * most_bursts)
        sizes = self._sizes(words[3::4], count)
        made = self._made(first_s, gap_s, sizes, words[0::4])
        sent = [instant + wait for instant, wait in zip(made, self._waits(gap_s, words, len(sizes)), strict=True)]
        return _spread(accumulate(sent, max), sizes, count, alike=self.least == self.most)

    def _sizes(self, words: "array[int]", count: int) -> list[int]:
        """The sizes of the bursts; the last one has what is left."""
        if self.least == self.most:
            whole, rest = divmod(count, self.least)
            return [self.least] * whole + [rest] * (rest > 0)
        sizes: list[int] = []
        width = self.most - self.least + 1
        for word in words:
            size = self.least + (word * width >> 32)
            if size >= count:
                break
            sizes.append(size)
            count -= size
        return [*sizes, count]

    def _made(self, first_s: float, gap_s: float, sizes: list[int], words: "array[int]") -> list[float]:
        steps = self._steps
        lengths = [size * gap_s * steps[word >> _CELL_SHIFT] for size, word in zip(sizes, words, strict=False)]
        if self.filter_ms is None:
            return list(accumulate(lengths[:-1], initial=first_s))
        lengths[0] = (sizes[0] - 1) * gap_s
        return list(accumulate(lengths, initial=first_s))[1:]

    def _waits(self, gap_s: float, words: "array[int]", bursts: int) -> Iterator[float]:
        """What holds each burst up on its way."""
        mean_s = (self.least + self.most) / 2 * gap_s
        waits: Iterator[float] = repeat(0.0, bursts)
        if self.late is not None:
            delays = self.late.delays(words[1 : 4 * bursts : 4])
            waits = (delay * mean_s if place else 0.0 for place, delay in enumerate(delays))
        match self.filter_ms:
            case None:
                return waits
            case float(ms):
                return (wait + ms / 1e3 for wait in waits)
            case filtering:
                shares = ((word + 0.5) * _PER_WORD for word in words[2 : 4 * bursts : 4])
                return (wait + filtering.quantile(share) / 1e3 for wait, share in zip(waits, shares, strict=True))

    @cached_property
    def _steps(self) -> list[float]:
        """exp(sigma * Z - sigma^2 / 2) at equally likely Z, with the mean 1 exactly."""
        standard = NormalDist()
        steps = [math.exp(self.sigma * standard.inv_cdf((cell + 0.5) / _CELLS)) for cell in range(_CELLS)]
        mean = math.fsum(steps) / _CELLS
        return [step / mean for step in steps]


def _spread(instants: Iterable[float], sizes: list[int], count: int, *, alike: bool) -> "array[float]":
    """The instant of its burst for each token; `alike`: all bursts but the last have one size."""
    token_s = array("d", bytes(_DOUBLE_BYTES * count))
    if alike:
        found, size = array("d", instants), sizes[0]
        for place in range(size):
            token_s[place::size] = found[: -(-(count - place) // size)]
        return token_s
    start = 0
    for instant, size in zip(instants, sizes, strict=True):
        token_s[start : start + size] = array("d", [instant]) * size
        start += size
    return token_s
