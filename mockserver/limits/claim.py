"""What a request asks of the limiter, and of whom."""

from dataclasses import dataclass, field
from typing import NamedTuple

from .bucket import Bucket


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """The limits of one model pool; None is not limited. `buckets` are those of them that refill, `terms` the same ones
    taken apart: bucket, slot, units per second, capacity, whether it counts requests (unpacking is what costs least).

    `concurrent` is how many requests may be open at once. `slice_s`: requests per minute are counted in slices
    of so many seconds. `refused_debits`: a refused request takes a request all the same, as far as there is one.
    """

    rpm: int | None = None
    tpm: int | None = None
    rpd: int | None = None
    tpd: int | None = None
    concurrent: int | None = None
    slice_s: float | None = None
    refused_debits: bool = False
    buckets: tuple[Bucket, ...] = field(init=False, repr=False, compare=False)
    terms: tuple[tuple[Bucket, int, float, float, bool], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        buckets = (
            self.rpm and Bucket("rpm", self.rpm, self.slice_s),
            self.rpd and Bucket("rpd", self.rpd),
            self.tpm and Bucket("tpm", self.tpm),
            self.tpd and Bucket("tpd", self.tpd),
        )
        object.__setattr__(self, "buckets", tuple(bucket for bucket in buckets if bucket))
        terms = ((b, b.slot, b.per_s, b.capacity, b.counts_requests) for b in self.buckets)
        object.__setattr__(self, "terms", tuple(terms))

    @property
    def any(self) -> bool:
        """Whether anything is limited."""
        return bool(self.buckets) or self.concurrent is not None


class Pool(NamedTuple):
    """Something with limits of its own, by the name under which a store keeps what was taken from it.

    `whose` is what refusals say of it, `hint` what they add.
    """

    name: str
    limits: PoolLimits
    whose: str = ""
    hint: str = ""


class Budget(NamedTuple):
    """What may be spent in all, by the name under which a store keeps what was."""

    name: str
    usd: float


class Claim(NamedTuple):
    """A request that costs `tokens` tokens: every pool has to admit it, and no budget may be used up."""

    pools: tuple[Pool, ...]
    tokens: int
    budgets: tuple[Budget, ...] = ()

    @property
    def refused_debits(self) -> bool:
        """Whether a refusal takes anything."""
        for pool in self.pools:  # noqa: SIM110 - a generator would cost a sixth of the whole decision
            if pool.limits.refused_debits:
                return True
        return False
