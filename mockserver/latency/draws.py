"""Random draws from the distributions that latencies follow.

Each takes exactly one number from its generator, so that a draw added later, or a spread turned to zero, shifts none
of the others.
"""

import math
from statistics import NormalDist
from typing import Protocol

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


def standard_normal(numbers: Numbers) -> float:
    """A draw from N(0, 1), by inverting its distribution function.

    The uniform number is the middle of one of 2^53 cells: never 0 or 1, where the inverse is infinite.
    """
    return _STANDARD.inv_cdf(min(numbers.random() + _HALF_A_CELL, 1 - _HALF_A_CELL * 2))


def lognormal(median: float, sigma: float, numbers: Numbers) -> float:
    """A draw of median * exp(sigma * Z); `sigma` is the standard deviation of its logarithm."""
    if sigma == 0:
        numbers.skip()
        return median
    return median * math.exp(sigma * standard_normal(numbers))
