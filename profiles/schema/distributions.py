"""Distributions of latencies, factors and lengths, as latency files write them: `{ dist = "gamma", mean = 2, cv = 1 }`.

Values are in the unit of the key that holds the table. None is negative.
"""

from itertools import pairwise
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from .reading import Envelope

Amount = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Sigma = Annotated[float, Field(ge=0, le=3)]
Share = Annotated[float, Field(ge=0, le=1)]

KNOTS: Final = (0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995)
"""Where the values of `quantiles` lie that do not say it: 15 knots, closer together where tails are."""


class Constant(Envelope):
    """Always the same."""

    dist: Literal["constant"]
    value: Amount


class Uniform(Envelope):
    """Anything between the two."""

    dist: Literal["uniform"]
    min: Amount
    max: Amount

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError("min must not be more than max")
        return self


class Normal(Envelope):
    """A normal distribution that is cut off at `min` and `max`: what lies outside does not occur."""

    dist: Literal["normal"]
    mean: Amount
    sd: Positive
    min: Amount = 0.0
    max: Amount | None = None

    @model_validator(mode="after")
    def _some_inside(self) -> Self:
        if self.max is not None and self.min >= self.max:
            raise ValueError("min must be less than max")
        if self.min > self.mean + 6 * self.sd or (self.max is not None and self.max < self.mean - 6 * self.sd):
            raise ValueError("min and max leave nothing of it: one of them must be within 6 sd of the mean")
        return self


class Lognormal(Envelope):
    """A lognormal distribution; `sigma` is the standard deviation of the logarithm.

    By its median, or by its mean, which then stays where it is whatever sigma is. A table without `dist` is one.
    """

    dist: Literal["lognormal"] = "lognormal"
    median: Positive | None = None
    mean: Positive | None = None
    sigma: Sigma = 0.0

    @model_validator(mode="after")
    def _one_middle(self) -> Self:
        if (self.median is None) == (self.mean is None):
            raise ValueError("needs exactly one of 'median' and 'mean'")
        return self


class Gamma(Envelope):
    """A gamma distribution by its mean and its coefficient of variation (1: exponential)."""

    dist: Literal["gamma"]
    mean: Positive
    cv: Annotated[float, Field(ge=0.01, le=10)]


class Pareto(Envelope):
    """P(X > x) = (min / x)^alpha from `min` on."""

    dist: Literal["pareto"]
    min: Positive
    alpha: Annotated[float, Field(ge=0.1, le=100)]


class Lomax(Envelope):
    """P(X > x) = (1 + x / scale)^-alpha: a Pareto distribution that begins at 0."""

    dist: Literal["lomax"]
    scale: Positive
    alpha: Annotated[float, Field(ge=0.1, le=100)]


class Quantiles(Envelope):
    """Values at shares of what was seen, straight lines between them.

    Below the first share it is the first value; above the last one the tail goes on as an exponential distribution
    that has the last two values where they are.
    """

    dist: Literal["quantiles"]
    values: Annotated[list[Amount], Field(min_length=2, max_length=1000)]
    at: Annotated[list[Share], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.at is None and len(self.values) != len(KNOTS):
            raise ValueError(f"{len(self.values)} values need 'at', the share below each; {len(KNOTS)} do without")
        if self.at is not None and len(self.at) != len(self.values):
            raise ValueError(f"{len(self.values)} values need as many shares in 'at', not {len(self.at)}")
        if any(after < before for before, after in pairwise(self.values)):
            raise ValueError("the values must ascend")
        if self.at is not None and any(after <= before for before, after in pairwise(self.at)):
            raise ValueError("the shares in 'at' must ascend")
        return self


def _kind(table: Any) -> str:
    """What a value says it is: of a table its `dist`, lognormal where it does not say."""
    if isinstance(table, dict):
        return str(table.get("dist", "lognormal"))
    return str(getattr(table, "dist", "number"))


DistributionTable = (
    Annotated[Constant, Tag("constant")]
    | Annotated[Uniform, Tag("uniform")]
    | Annotated[Normal, Tag("normal")]
    | Annotated[Lognormal, Tag("lognormal")]
    | Annotated[Gamma, Tag("gamma")]
    | Annotated[Pareto, Tag("pareto")]
    | Annotated[Lomax, Tag("lomax")]
    | Annotated[Quantiles, Tag("quantiles")]
)

_WRONG: Final = "no_distribution"
_KINDS: Final = "constant, uniform, normal, lognormal, gamma, pareto, lomax or quantiles"

Distribution = Annotated[
    DistributionTable,
    Discriminator(
        _kind,
        custom_error_type=_WRONG,
        custom_error_message=f'should be a table such as {{ dist = "lognormal", median = 160, sigma = 0.7 }}; '
        f"dist is {_KINDS}",
    ),
]
NumberOrDistribution = Annotated[
    Annotated[Amount, Tag("number")] | DistributionTable,
    Discriminator(
        _kind,
        custom_error_type=_WRONG,
        custom_error_message=f"should be a valid number, 0 or more, or a table with dist = {_KINDS}",
    ),
]
