"""Drawing how many tokens something has."""

import math
from random import Random

from profiles.schema.amounts import MOST, AmountTable, EmpiricalTable, LognormalTable, NormalTable, UniformTable


def draw_amount(amount: int | AmountTable, rng: Random) -> int:
    """A number of tokens, at least 1.

    Normal: N(mean, sd) within the bounds. Lognormal: exp(N(mu, sigma)), mu = ln(median), or ln(mean) - sigma^2 / 2, up
    to `max`. Both are rounded, and moved to a bound that they miss.
    """
    if isinstance(amount, int):
        return amount
    match amount.uniform or amount.normal or amount.lognormal or amount.empirical:
        case UniformTable() as span:
            return draw_between(span, rng)
        case NormalTable() as normal:
            return min(max(round(rng.gauss(normal.mean, normal.sd)), normal.min), normal.max)
        case LognormalTable() as lognormal:
            return min(max(round(rng.lognormvariate(_mu(lognormal), lognormal.sigma)), 1), lognormal.max)
        case EmpiricalTable() as counted:
            return rng.choices(counted.values, counted.weights)[0]
        case list(values):
            return rng.choice(values)
    return amount.fixed or 1


def draw_between(span: int | UniformTable, rng: Random) -> int:
    """A number itself, or any between the two of a span."""
    return span if isinstance(span, int) else rng.randint(span.min, span.max)


def most_of(amount: int | AmountTable) -> int | None:
    """The largest number that can be drawn; None where nothing bounds it."""
    if isinstance(amount, int):
        return amount
    match amount.uniform or amount.normal or amount.lognormal or amount.empirical:
        case UniformTable() | NormalTable() | LognormalTable() as bounded:
            return bounded.max if bounded.max < MOST else None
        case EmpiricalTable() as counted:
            return max(counted.values)
        case list(values):
            return max(values)
    return amount.fixed


def _mu(table: LognormalTable) -> float:
    return math.log(table.median) if table.median is not None else math.log(table.mean or 1) - table.sigma**2 / 2
