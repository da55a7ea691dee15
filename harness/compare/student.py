"""Student's t without tables: Wallace's transformation to a normal, and back.

z = sqrt(df log(1 + t^2 / df)) (8 df + 1) / (8 df + 3), good to half a percent from 4 degrees of freedom on (Wallace,
"Bounds on normal approximations to Student's and the chi-square distributions", Ann. Math. Statist. 30, 1959).
"""

import math
from statistics import NormalDist
from typing import Final

_NORMAL: Final = NormalDist()


def two_sided(t: float, df: float) -> float:
    """P(|T| >= |t|)."""
    if t == math.inf:
        return 0.0
    return math.erfc(math.sqrt(df * math.log1p(t * t / df)) * (8 * df + 1) / (8 * df + 3) / math.sqrt(2))


def quantile(confidence: float, df: float) -> float:
    """The t with P(|T| <= t) = confidence."""
    z = _NORMAL.inv_cdf((1 + confidence) / 2) * (8 * df + 3) / (8 * df + 1)
    return math.sqrt(df * math.expm1(z * z / df))
