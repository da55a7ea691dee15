"""Random draws: uniform, normal, lognormal, and from any distribution, by inverting its distribution function.

Each takes exactly one number from its generator, so that a draw added later, or a spread turned to zero, shifts none
of the others.
"""

import math
from array import array
from statistics import NormalDist
from typing import Protocol

from .distributions import Constant, Distribution

_STANDARD = NormalDist()
_HALF_A_CELL = 2.0**-54


class Numbers(Protocol):
    """Where random numbers come from."""

    def random(self) -> float:
        """A number in [0, 1), one of 2^53."""
        ...

    def skip(self) -> None:
        """Pass over one."""
        ...

    def words(self, count: int) -> "array[int]":
        """So many whole numbers below 2^32, of a sequence of their own: more of them begin with the same."""
        ...


def uniform(numbers: Numbers) -> float:
    """A number in (0, 1), the middle of one of 2^53 cells: never 0 or 1, where inverse functions are infinite."""
    return min(numbers.random() + _HALF_A_CELL, 1 - _HALF_A_CELL * 2)


def standard_normal(numbers: Numbers) -> float:
    """A draw from N(0, 1)."""
    return _STANDARD.inv_cdf(uniform(numbers))


def lognormal(median: float, sigma: float, numbers: Numbers) -> float:
    """A draw of median * exp(sigma * Z); `sigma` is the standard deviation of its logarithm."""
    if sigma == 0:
        numbers.skip()
        return median
    return median * math.exp(sigma * standard_normal(numbers))


def happens(share: float, numbers: Numbers) -> bool:
    """Whether something happens that happens in this share of all cases."""
    if share == 0:
        numbers.skip()
        return False
    return numbers.random() < share


def drawn(distribution: float | Distribution, numbers: Numbers) -> float:
    """A draw from a distribution, or the number itself."""
    match distribution:
        case float() | int():
            numbers.skip()
            return distribution
        case Constant(value=value):
            numbers.skip()
            return value
    return distribution.quantile(uniform(numbers))
