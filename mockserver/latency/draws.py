"""Random draws from the distributions that latencies follow.

Each takes exactly one number from its generator, so that a draw added later, or a spread turned to zero, shifts none
of the others.
"""

import math
import random
from statistics import NormalDist

_STANDARD = NormalDist()
_BITS = 52


def standard_normal(rng: random.Random) -> float:
    """A draw from N(0, 1), by inverting its distribution function.

    The uniform number is the middle of one of 2^52 cells: never 0 or 1, where the inverse is infinite.
    """
    return _STANDARD.inv_cdf((rng.getrandbits(_BITS) + 0.5) / (1 << _BITS))


def lognormal(median: float, sigma: float, rng: random.Random) -> float:
    """A draw of median * exp(sigma * Z); `sigma` is the standard deviation of its logarithm."""
    return median * math.exp(sigma * standard_normal(rng))
