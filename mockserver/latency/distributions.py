"""What latencies and lengths are drawn from: distributions as their quantile functions, share -> value."""

import bisect
import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Final, Protocol

import msgspec

from profiles.schema import distributions as schema

from .gamma import gamma_knots, gamma_quantile

_STANDARD: Final = NormalDist()


class Distribution(Protocol):
    """A distribution of numbers, none of them negative."""

    def quantile(self, share: float) -> float:
        """The value that this share of all draws, in (0, 1), is below."""
        ...


class Constant(msgspec.Struct, frozen=True):
    """Always the same."""

    value: float

    def quantile(self, _share: float) -> float:
        """The value."""
        return self.value


class Uniform(msgspec.Struct, frozen=True):
    """Q(u) = low + u * (high - low)."""

    low: float
    high: float

    def quantile(self, share: float) -> float:
        """The value below which this share is."""
        return self.low + share * (self.high - self.low)


class TruncatedNormal(msgspec.Struct, frozen=True):
    """A normal distribution without what lies outside of [low, high]: Q(u) = mean + sd * Phi^-1(a + u * (b - a))."""

    mean: float
    sd: float
    low: float = 0.0
    high: float = math.inf

    def quantile(self, share: float) -> float:
        """The value below which this share is."""
        a = _STANDARD.cdf((self.low - self.mean) / self.sd)
        b = _STANDARD.cdf((self.high - self.mean) / self.sd)
        inside = min(max(a + share * (b - a), 2.0**-54), 1 - 2.0**-53)
        return min(self.high, max(self.low, self.mean + self.sd * _STANDARD.inv_cdf(inside)))


class Lognormal(msgspec.Struct, frozen=True):
    """Q(u) = median * exp(sigma * Phi^-1(u)); its mean is median * exp(sigma^2 / 2)."""

    median: float
    sigma: float

    @classmethod
    def of_mean(cls, mean: float, sigma: float) -> "Lognormal":
        """The one with this mean."""
        return cls(mean * math.exp(-sigma * sigma / 2), sigma)

    def quantile(self, share: float) -> float:
        """The value below which this share is."""
        return self.median * math.exp(self.sigma * _STANDARD.inv_cdf(share))


class Gamma(msgspec.Struct, frozen=True):
    """A gamma distribution: `scale` times that of scale 1 with these knots of its quantile function (gamma.py)."""

    scale: float
    knots: tuple[float, ...]

    @classmethod
    def of_mean(cls, mean: float, cv: float) -> "Gamma":
        """The one with this mean and this coefficient of variation: of shape 1/cv^2 and scale mean * cv^2."""
        return cls(mean * cv**2, gamma_knots(cv**-2))

    def quantile(self, share: float) -> float:
        """The value below which this share is."""
        return self.scale * gamma_quantile(self.knots, share)


class Pareto(msgspec.Struct, frozen=True):
    """Q(u) = low * (1 - u)^(-1/alpha)."""

    low: float
    alpha: float

    def quantile(self, share: float) -> float:
        """The value below which this share is."""
        return self.low * float((1 - share) ** (-1 / self.alpha))


class Lomax(msgspec.Struct, frozen=True):
    """Q(u) = scale * ((1 - u)^(-1/alpha) - 1)."""

    scale: float
    alpha: float

    def quantile(self, share: float) -> float:
        """The value below which this share is."""
        return self.scale * float((1 - share) ** (-1 / self.alpha) - 1)


class Quantiles(msgspec.Struct, frozen=True):
    """Straight lines between values at shares.

    Below the first share the first value; above the last one, Q(u) goes on as the exponential distribution through
    the last two: value + (value - the one before) * ln((1-p)/(1-u)) / ln((1-q)/(1-p)), with p the last share and q the
    one before it.
    """

    values: tuple[float, ...]
    at: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """The value below which this share is."""
        place = bisect.bisect_left(self.at, share)
        if place == 0:
            return self.values[0]
        if place < len(self.at):
            p, q, low, high = *self.at[place - 1 : place + 1], *self.values[place - 1 : place + 1]
            return low + (high - low) * (share - p) / (q - p)
        q, p, low, high = *self.at[-2:], *self.values[-2:]
        return high + (high - low) * math.log((1 - p) / (1 - share)) / math.log((1 - q) / (1 - p))


def distribution_of(table: schema.DistributionTable) -> Distribution:
    """The distribution that a table of a file describes."""
    return KINDS[table.dist](table)


def number_or_distribution(value: float | schema.DistributionTable) -> float | Distribution:
    """The same, where a number may stand in its place."""
    return float(value) if isinstance(value, int | float) else distribution_of(value)


def _normal(table: schema.Normal) -> Distribution:
    return TruncatedNormal(table.mean, table.sd, table.min, math.inf if table.max is None else table.max)


def _lognormal(table: schema.Lognormal) -> Distribution:
    if table.median is not None:
        return Lognormal(table.median, table.sigma)
    return Lognormal.of_mean(table.mean or 0.0, table.sigma)


KINDS: Final[dict[str, Callable[..., Distribution]]] = {
    "constant": lambda table: Constant(table.value),
    "uniform": lambda table: Uniform(table.min, table.max),
    "normal": _normal,
    "lognormal": _lognormal,
    "gamma": lambda table: Gamma.of_mean(table.mean, table.cv),
    "pareto": lambda table: Pareto(table.min, table.alpha),
    "lomax": lambda table: Lomax(table.scale, table.alpha),
    "quantiles": lambda table: Quantiles(tuple(table.values), tuple(table.at or schema.KNOTS)),
}
