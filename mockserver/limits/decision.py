"""What a limiter answers."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from .bucket import Dimension, DimensionState, Unit
from .claim import Claim

Taken = Sequence[float]
"""What was taken from the buckets of a pool, by their slots."""

States = Sequence[tuple[Unit, DimensionState]]

Refused = Literal[Dimension, "concurrent", "quota", "store"]
"""Who refuses: a dimension, the number of open requests, a budget that is used up, a store that does not answer."""

Lease = str
"""What a store knows an open request by."""


class Decision(NamedTuple):
    """A limiter's answer: what is taken after it and, for a refusal, its figures. Durations are simulated seconds.

    `refused` names the dimension that could not pay, of several the one that needs longest, so that its wait is enough
    for all; `pool` is whose it is. `limit`, `used` and `requested` are the whole numbers that the refusal shows,
    `retry_after_s` the wait: infinite when even the full bucket could not pay, None when nobody knows. `lease` has to
    be given back when the answer is over.

    A named tuple, because one is made for every request and a frozen dataclass costs three times as much.
    """

    claim: Claim
    taken: Sequence[Taken]
    refused: Refused | None = None
    pool: int = 0
    limit: int = 0
    used: int = 0
    requested: int = 0
    retry_after_s: float | None = None
    lease: Lease | None = None

    @property
    def admitted(self) -> bool:
        """Whether the request may pass, and has been debited."""
        return self.refused is None

    @property
    def too_large(self) -> bool:
        """Whether no wait is long enough."""
        return self.retry_after_s == math.inf

    @property
    def states(self) -> States:
        """What is told of requests and tokens: of several limits of one unit the tighter, that is full again last.

        Recorded: where 500 a minute and 10,000 a day are allowed, a first answer says 10,000 and 8.64 s.
        """
        requests: DimensionState | None = None
        tokens: DimensionState | None = None
        for pool, taken in zip(self.claim.pools, self.taken, strict=True):
            for bucket in pool.limits.buckets:
                state = bucket.state(taken[bucket.slot])
                if bucket.counts_requests:
                    if requests is None or state.reset_s > requests.reset_s:
                        requests = state
                elif tokens is None or state.reset_s > tokens.reset_s:
                    tokens = state
        states: list[tuple[Unit, DimensionState]] = []
        if requests is not None:
            states.append(("requests", requests))
        if tokens is not None:
            states.append(("tokens", tokens))
        return states
