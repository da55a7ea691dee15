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


def judge(claim: Claim, taken: Sequence[Taken], loan_s: float) -> Decision:
    """The decision about a request, `taken` being what counts as taken from each of its pools now.

    It is debited from every bucket or from none; of the buckets that cannot pay, the one that needs longest refuses.
    """
    tokens = claim.tokens
    after: list[Taken] = []
    short: tuple[int, Bucket, float] | None = None
    wait_s = -1.0
    for place, pool in enumerate(claim.pools):
        paid = list(taken[place])
        for bucket in pool.limits.buckets:
            slot = bucket.slot
            before = paid[slot]
            cost = 1 if bucket.unit == "requests" else tokens
            paid[slot] = total = before + cost
            if total > bucket.capacity and not bucket.lends(before, cost, loan_s):
                needs_s = bucket.wait_s(before, cost)
                if needs_s > wait_s:
                    short, wait_s = (place, bucket, before), needs_s
        after.append(paid)
    if short is None:
        return Decision(claim, after)
    place, bucket, before = short
    limit = bucket.limit if bucket.cost(tokens) <= bucket.capacity else int(bucket.capacity)
    left = [_refused(pool.limits, then) for pool, then in zip(claim.pools, taken, strict=True)]
    return Decision(claim, left, bucket.dimension, place, limit, bucket.used(before), bucket.cost(tokens), wait_s)


def _refused(limits: PoolLimits, taken: Taken) -> Taken:
    """What is taken after a refusal: nothing more, or one request of those that are left."""
    if not limits.refused_debits:
        return taken
    after = list(taken)
    for bucket in limits.buckets:
        if bucket.unit == "requests":
            then = taken[bucket.slot]
            after[bucket.slot] = max(then, min(then + 1, bucket.capacity))
    return after


def settled(limits: PoolLimits, taken: Taken, tokens: int) -> list[float]:
    """What counts as taken when an answer turned out to cost `tokens` more, or less, than was debited for it."""
    after = list(taken)
    for bucket in limits.buckets:
        if bucket.unit == "tokens":
            after[bucket.slot] = max(0.0, after[bucket.slot] + tokens)
    return after
