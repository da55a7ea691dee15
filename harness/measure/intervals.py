"""How far a figure of one sample can be trusted: 95 % intervals of percentiles and of shares."""

import math
from functools import lru_cache
from statistics import NormalDist
from typing import Final

CONFIDENCE: Final = 0.95
_TAIL: Final = (1 - CONFIDENCE) / 2
_Z: Final = NormalDist().inv_cdf(1 - _TAIL)
_NEGLIGIBLE: Final = 1e-17


@lru_cache(maxsize=1024)  # the same few percentiles of the same sample size are asked for by many distributions
def ranks(q: float, n: int) -> tuple[int | None, int | None]:
    """The ranks, from 1 on, of the values of a sample of n between which its q-quantile lies with 95 % confidence.

    With B ~ Bin(n, q) the number of values that do not exceed the quantile, P(X(l) <= quantile < X(u)) =
    P(l <= B < u), whatever the distribution (David and Nagaraja: "Order Statistics", 3rd ed. 2003, section 7.1). l is
    the largest with P(B < l) <= 2.5 %, u the smallest with P(B >= u) <= 2.5 %, so that each end errs on the safe side;
    both probabilities are exact. None where the sample has no such value.
    """
    low = _largest_below(q, n)
    # B counts from the other end as well: P(Bin(n, q) >= u) = P(Bin(n, 1 - q) <= n - u).
    from_above = _largest_below(1 - q, n)
    return (low or None), (n + 1 - from_above if from_above else None)


def _largest_below(q: float, n: int) -> int:
    """The largest k with P(Bin(n, q) < k) <= 2.5 %; 0 where there is no other."""
    if n < 1 or not 0 < q < 1:
        return 0
    k = max(math.floor(n * q - _Z * math.sqrt(n * q * (1 - q))), 0)  # a normal's, never far off
    term = _probability(k, q, n)
    below = _at_most(k, term, q, n) - term
    while below + term <= _TAIL and k < n:
        below += term
        term *= (n - k) * q / ((k + 1) * (1 - q))
        k += 1
    while below > _TAIL and k > 0:
        term *= k * (1 - q) / ((n - k + 1) * q)
        k -= 1
        below -= term
    return k


def _probability(k: int, q: float, n: int) -> float:
    """P(Bin(n, q) = k)."""
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(q) + (n - k) * math.log1p(-q))


def _at_most(k: int, term: float, q: float, n: int) -> float:
    """P(Bin(n, q) <= k) for a k below the mean, from P(Bin(n, q) = k): the terms below shrink ever faster."""
    total = term
    for i in range(k, 0, -1):
        term *= i * (1 - q) / ((n - i + 1) * q)
        total += term
        if term < total * _NEGLIGIBLE:
            break
    return total


def share(count: int, n: int) -> tuple[float, float] | None:
    """Wilson's 95 % interval of a share, `count` of n; None for a share of nothing.

    (p + z^2/2n +- z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n) with p = count/n. Source: Wilson, "Probable inference,
    the law of succession, and statistical inference", JASA 22 (1927). Near 0 and 1 it holds what it promises, where the
    textbook's p +- z sqrt(p (1 - p)/n) does not (Brown, Cai, DasGupta, Statistical Science 16, 2001).
    """
    if n < 1:
        return None
    p, z2 = count / n, _Z * _Z
    middle = p + z2 / (2 * n)
    half = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    return (0.0 if count == 0 else max(low, 0.0)), (1.0 if count == n else min(high, 1.0))
