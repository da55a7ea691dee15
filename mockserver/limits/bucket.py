"""The arithmetic of one continuous token bucket, as pure functions of what was taken from it.

A bucket starts full, holds `capacity` units and refills at limit / period, all the time and in fractions. Fitted to
recordings: the reset headers are taken * period / limit on 1,100 of 1,110 answers, the waits of refusals
(used + requested - limit) * period / limit on every pasted message.

What is kept is what was taken, not what is left: a limit that changes then changes what is left, and forgives nothing.
"""

import math
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

MINUTE_S: Final = 60.0
DAY_S: Final = 86_400.0

Unit = Literal["requests", "tokens"]
Dimension = Literal["rpm", "rpd", "tpm", "tpd"]

DIMENSIONS: Final[dict[Dimension, tuple[Unit, float]]] = {
    "rpm": ("requests", MINUTE_S),
    "rpd": ("requests", DAY_S),
    "tpm": ("tokens", MINUTE_S),
    "tpd": ("tokens", DAY_S),
}
"""What each dimension counts, and in how many seconds an empty bucket is full again."""
_SLOTS: Final = {dimension: slot for slot, dimension in enumerate(DIMENSIONS)}


class DimensionState(NamedTuple):
    """Where a bucket stands: whole units left, and seconds until it is full."""

    limit: int
    remaining: int
    reset_s: float


@dataclass(frozen=True, slots=True)
class Bucket:
    """How much fits and how fast it comes back; what was taken is the caller's.

    With `slice_s` only that part of the period's limit fits, refilled at the same rate: how a limit per minute is
    judged in slices of ten seconds. `slot` is the place of the dimension in what an account has taken. A loan takes
    more than there is.
    """

    dimension: Dimension
    limit: int
    slice_s: float | None = None
    unit: Unit = field(init=False)
    counts_requests: bool = field(init=False)
    period_s: float = field(init=False)
    capacity: float = field(init=False)
    per_s: float = field(init=False)
    slot: int = field(init=False)

    def __post_init__(self) -> None:
        unit, period_s = DIMENSIONS[self.dimension]
        fits = self.limit if self.slice_s is None else max(1, math.floor(self.limit * self.slice_s / period_s))
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "counts_requests", unit == "requests")
        object.__setattr__(self, "period_s", period_s)
        object.__setattr__(self, "capacity", fits)
        object.__setattr__(self, "per_s", self.limit / period_s)
        object.__setattr__(self, "slot", _SLOTS[self.dimension])

    def cost(self, tokens: int) -> int:
        """What a request of `tokens` tokens costs here."""
        return 1 if self.counts_requests else tokens

    def remaining(self, taken: float) -> int:
        """What answers show as remaining: whole units of the limit, never below zero."""
        left = self.limit - taken
        return int(left) if left > 0 else 0

    def state(self, taken: float) -> DimensionState:
        """What answers show of this bucket."""
        return DimensionState(self.limit, self.remaining(taken), taken / self.per_s)

    def used(self, taken: float) -> int:
        """What refusals show as used: the limit without what remains."""
        left = self.limit - taken
        return self.limit - int(left) if left > 0 else self.limit

    def wait_s(self, taken: float, cost: int, loan_s: float = 0.0) -> float:
        """Seconds until the bucket can pay `cost`, as refusals tell it; infinite when it never can.

        (used + cost - capacity) * period / limit with the whole numbers that the refusal shows, which is the true wait
        rounded up to a whole unit. Only a bucket that has lent needs longer than that. 0 when it can pay now, or lends
        the `loan_s` seconds of refill that are all that is missing.
        """
        if cost > self.capacity:
            return math.inf
        if taken + cost - self.capacity <= loan_s * self.per_s:
            return 0.0
        left = self.limit - taken
        used = self.limit - int(left) if left > 0 else taken
        return (used + cost - self.capacity) * self.period_s / self.limit
