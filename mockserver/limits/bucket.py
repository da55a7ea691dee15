"""The arithmetic of one continuous token bucket, as pure functions of its level.

A bucket starts full, holds `limit` units and refills at limit / period, all the time and in fractions. Fitted to
recordings: the reset headers are (limit - level) * period / limit on 1,100 of 1,110 answers, the waits of refusals
(used + requested - limit) * period / limit on every pasted message.
"""

import math
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

MINUTE_S = 60.0

Dimension = Literal["requests", "tokens"]


class DimensionState(NamedTuple):
    """Where a bucket stands: whole units left, and seconds until it is full."""

    limit: int
    remaining: int
    reset_s: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """How much fits and how fast it comes back; the level is the caller's. A loan leaves it below zero."""

    dimension: Dimension
    limit: int
    period_s: float = MINUTE_S
    per_s: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "per_s", self.limit / self.period_s)

    def cost(self, tokens: int) -> int:
        """What a request of `tokens` tokens costs here."""
        return 1 if self.dimension == "requests" else tokens

    def refilled(self, level: float, elapsed_s: float) -> float:
        """The level after `elapsed_s` without a debit."""
        level += elapsed_s * self.per_s
        return level if level < self.limit else self.limit

    def lends(self, level: float, cost: int, loan_s: float) -> bool:
        """Whether `loan_s` seconds of refill are all that is missing to pay `cost`."""
        return cost <= self.limit and cost <= level + loan_s * self.per_s

    def remaining(self, level: float) -> int:
        """What answers show as remaining: whole units, never below zero."""
        return int(level) if level > 0 else 0

    def state(self, level: float) -> DimensionState:
        """What answers show of this bucket."""
        return DimensionState(self.limit, self.remaining(level), (self.limit - level) / self.per_s)

    def used(self, level: float) -> int:
        """What refusals show as used: the limit without what remains."""
        return self.limit - self.remaining(level)

    def wait_s(self, level: float, cost: int) -> float:
        """Seconds until the bucket can pay `cost`, as refusals tell it; infinite when it never can.

        (used + cost - limit) * period / limit with the whole numbers that the refusal shows, which is the true wait
        rounded up to a whole unit. Only a bucket that has lent needs longer than that.
        """
        if cost > self.limit:
            return math.inf
        return max(cost - self.remaining(level), cost - level) * self.period_s / self.limit
