"""Judging one request against all buckets of its pools, as a pure function of what was taken from them.

**A client that waits exactly as it was told is admitted.** Waits are told in whole milliseconds of the client's clock,
cut off, so it may come back up to a millisecond early; the buckets lend it that much refill. A loan takes more than
there is, so it is paid back before the next request passes, and over any time the rate stays the limit's.
"""

from collections.abc import Sequence
from typing import Final

from .bucket import DIMENSIONS, Bucket
from .claim import Claim, PoolLimits
from .decision import Decision, Taken

LOAN_S: Final = 0.0011
"""What a bucket lends, in seconds of the client's clock: a millisecond of truncation, the rest for float rounding (an
epoch instant is a multiple of a quarter of a microsecond)."""

NOTHING: Final[Taken] = (0.0,) * len(DIMENSIONS)


def refilled(limits: PoolLimits, taken: Taken, elapsed_s: float) -> list[float]:
    """What counts as taken after `elapsed_s` without a debit; what is not limited is not counted."""
    now = [0.0, 0.0, 0.0, 0.0]
    for bucket in limits.buckets:
        slot = bucket.slot
        left = taken[slot] - elapsed_s * bucket.per_s
        if left > 0:
            now[slot] = left
    return now


def judge(claim: Claim, taken: Sequence[Taken], elapsed_s: Sequence[float], loan_s: float) -> Decision:
    """The decision about a request, `taken` being what was taken from each of its pools `elapsed_s` ago.

    It is debited from every bucket or from none; of the buckets that cannot pay, the one that needs longest refuses.
    """
    tokens = claim.tokens
    after: list[Taken] = []
    before: list[list[float]] = []
    short: tuple[int, Bucket, int, float] | None = None
    wait_s = 0.0
    for place, pool in enumerate(claim.pools):
        then, passed_s = taken[place], elapsed_s[place]
        now, paid = [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]
        for bucket, slot, per_s, capacity, counts_requests in pool.limits.terms:
            left = then[slot] - passed_s * per_s
            if left < 0:
                left = 0.0
            cost = 1 if counts_requests else tokens
            now[slot] = left
            paid[slot] = total = left + cost
            if total > capacity and (needs_s := bucket.wait_s(left, cost, loan_s)) > wait_s:
                short, wait_s = (place, bucket, cost, left), needs_s
        before.append(now)
        after.append(paid)
    if short is None:
        return Decision(claim, after)
    place, bucket, cost, left = short
    if claim.refused_debits:
        for pool, now in zip(claim.pools, before, strict=True):
            _debit_refusal(pool.limits, now)
    return Decision(claim, before, bucket.dimension, place, bucket.limit, bucket.used(left), cost, wait_s)


def _debit_refusal(limits: PoolLimits, taken: list[float]) -> None:
    """Take the request that a refusal costs, of those that are left."""
    for bucket in limits.buckets:
        if limits.refused_debits and bucket.counts_requests:
            then = taken[bucket.slot]
            taken[bucket.slot] = max(then, min(then + 1, bucket.capacity))


def settled(limits: PoolLimits, taken: Taken, tokens: int) -> list[float]:
    """What counts as taken when an answer turned out to cost `tokens` more, or less, than was debited for it."""
    after = list(taken)
    for bucket in limits.buckets:
        if not bucket.counts_requests:
            after[bucket.slot] = max(0.0, after[bucket.slot] + tokens)
    return after
