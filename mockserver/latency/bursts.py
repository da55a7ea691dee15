"""The rhythm of tokens that leave in bursts: steps with noise, delays on the way that none overtakes, a filter.

    g_i   = g_(i-1) + k_i * tpot * exp(sigma * Z_i - sigma^2 / 2)     made; the mean is k_i * tpot
    out_i = max(out_(i-1), g_i + f_i + d_i)                           sent; d_i is 0 but for a share of late bursts

A burst that leaves token by token as the API makes it begins at g_i; one that a filter reads (f_i) waits until its
last token is made. The first burst is never late: the time to first token has its own spread.
"""

import math
from array import array
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate, chain, repeat
from statistics import NormalDist
from typing import Final

import msgspec

from .distributions import Distribution
from .draws import Numbers

_PER_WORD: Final = 2.0**-32
_WORDS: Final = 4
_DOUBLE_BYTES: Final = 8
_CELLS: Final = 1024
_CELL_SHIFT: Final = 22
"""A word's upper ten bits choose one of 1,024 equally likely steps, the middles of their cells."""


class Late(msgspec.Struct, frozen=True):
    """d = scale * (mean time between bursts) * Lomax(alpha) with probability `share`, otherwise 0."""

    share: float
    scale: float
    alpha: float

    def delayed(self, made: list[float], words: "array[int]", mean_s: float) -> list[float]:
        """The same instants with a delay for each word that is below the share; how far below tells how long it is."""
        below, power, scale_s = self.share / _PER_WORD, -1 / self.alpha, self.scale * mean_s
        late = math.ceil(below - 0.5)  # word + 0.5 < below, for whole words, without a sum for each
        return [
            at + scale_s * (((word + 0.5) / below) ** power - 1) if word < late else at
            for at, word in zip(made, words, strict=False)
        ]


class Bursts(msgspec.Struct, frozen=True, dict=True):
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
        words = numbers.words(_WORDS * -(-count // self.least))
        sizes = self._sizes(words[3::_WORDS], count)
        sent = self._made(first_s, gap_s, sizes, words[0::_WORDS])
        if self.late is not None:
            sent[1:] = self.late.delayed(sent[1:], words[1 + _WORDS :: _WORDS], (self.least + self.most) / 2 * gap_s)
        if self.filter_ms is not None:
            sent = self._filtered(self.filter_ms, sent, words[2::_WORDS])
        return _spread(accumulate(sent, max), sizes, count, alike=self.least == self.most)

    @staticmethod
    def _filtered(filter_ms: float | Distribution, made: list[float], words: "array[int]") -> list[float]:
        if isinstance(filter_ms, float):
            return [at + filter_ms / 1e3 for at in made]
        return [at + filter_ms.quantile((word + 0.5) * _PER_WORD) / 1e3 for at, word in zip(made, words, strict=False)]

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
        if self.least == self.most:
            burst_s = gap_s * self.least
            lengths = [burst_s * steps[word >> _CELL_SHIFT] for word in words]
            lengths[-1] *= sizes[-1] / self.least
        else:
            lengths = [size * gap_s * steps[word >> _CELL_SHIFT] for size, word in zip(sizes, words, strict=False)]
        if self.filter_ms is None:
            return list(accumulate(lengths[:-1], initial=first_s))
        lengths[0] = (sizes[0] - 1) * gap_s
        return list(accumulate(lengths, initial=first_s))[1:]

    @cached_property
    def _steps(self) -> list[float]:
        """exp(sigma * Z - sigma^2 / 2) at equally likely Z, with the mean 1 exactly."""
        standard = NormalDist()
        steps = [math.exp(self.sigma * standard.inv_cdf((cell + 0.5) / _CELLS)) for cell in range(_CELLS)]
        mean = math.fsum(steps) / _CELLS
        return [step / mean for step in steps]


def _spread(instants: Iterable[float], sizes: list[int], count: int, *, alike: bool) -> "array[float]":
    """The instant of its burst for each token; `alike`: all bursts but the last have one size."""
    if alike:
        token_s = array("d", bytes(_DOUBLE_BYTES * count))
        found, size = array("d", instants), sizes[0]
        for place in range(size):
            token_s[place::size] = found[: -(-(count - place) // size)]
        return token_s
    return array("d", chain.from_iterable(map(repeat, instants, sizes)))
