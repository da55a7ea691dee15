"""What is asked of a limiter and what it answers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from .bucket import Bucket, Dimension, DimensionState

Levels = Sequence[float]
"""What is in each of a pool's buckets, in their order."""

States = Sequence[tuple[Dimension, DimensionState]]


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """The limits of one model pool; None is not limited. `buckets` are the same limits, as buckets."""

    rpm: int | None = None
    tpm: int | None = None
    buckets: tuple[Bucket, ...] = field(init=False, repr=False, compare=False)
    full: Levels = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        buckets: list[Bucket] = []
        if self.rpm is not None:
            buckets.append(Bucket("requests", self.rpm))
        if self.tpm is not None:
            buckets.append(Bucket("tokens", self.tpm))
        object.__setattr__(self, "buckets", tuple(buckets))
        object.__setattr__(self, "full", tuple(bucket.limit for bucket in buckets))


class Decision(NamedTuple):
    """A limiter's answer: the levels after it and, for a refusal, its figures. Durations are simulated seconds.

    `refused` names the dimension that could not pay: of several the one that needs longest, so that its wait is enough
    for all. `limit`, `used` and `requested` are the whole numbers that the refusal shows, `retry_after_s` the wait,
    infinite when even the full bucket could not pay.

    A named tuple, because one is made for every request and a frozen dataclass costs three times as much.
    """

    buckets: tuple[Bucket, ...]
    levels: Levels
    refused: Dimension | None = None
    limit: int = 0
    used: int = 0
    requested: int = 0
    retry_after_s: float = 0.0

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
        """Where each limited dimension stands, by its name."""
        return [
            (bucket.dimension, bucket.state(level)) for bucket, level in zip(self.buckets, self.levels, strict=True)
        ]

    @property
    def requests(self) -> DimensionState | None:
        """Where the request bucket stands, None when there is none."""
        return self._state("requests")

    @property
    def tokens(self) -> DimensionState | None:
        """Where the token bucket stands, None when there is none."""
        return self._state("tokens")

    def _state(self, dimension: Dimension) -> DimensionState | None:
        for bucket, level in zip(self.buckets, self.levels, strict=True):
            if bucket.dimension == dimension:
                return bucket.state(level)
        return None


class Store(Protocol):
    """Holds the levels of all buckets."""

    async def admit(self, key: str, limits: PoolLimits, tokens: int, now: float) -> Decision:
        """Debit one request and `tokens` tokens from the buckets of `key`, or nothing at all.

        `now` is in simulated seconds. Atomic: no other decision about the key falls between judging and debiting.
        """
        ...
