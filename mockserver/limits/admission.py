"""Judging one request against all buckets of its pool, as a pure function of their levels.

**A client that waits exactly as it was told is admitted.** Waits are told in whole milliseconds of the client's clock,
cut off, so it may come back up to a millisecond early; the buckets lend it that much refill. A loan leaves the level
below zero, so it is paid back before the next request passes, and over any time the rate stays the limit's.
"""

from .bucket import Bucket
from .decision import Decision, Levels, PoolLimits

LOAN_S = 0.0011
"""What a bucket lends, in seconds of the client's clock: a millisecond of truncation, the rest for float rounding (an
epoch instant is a multiple of a quarter of a microsecond)."""


def judge(limits: PoolLimits, levels: Levels, elapsed_s: float, tokens: int, loan_s: float) -> Decision:
    """The decision about a request of `tokens` tokens, `elapsed_s` after the levels were `levels`.

    It is debited from every bucket or from none; of the buckets that cannot pay, the one that needs longest refuses.
    """
    before: list[float] = []
    after: list[float] = []
    short: tuple[Bucket, float] | None = None
    wait_s = -1.0
    for bucket, then in zip(limits.buckets, levels, strict=True):
        level = bucket.refilled(then, elapsed_s)
        cost = bucket.cost(tokens)
        before.append(level)
        after.append(level - cost)
        if cost > level and not bucket.lends(level, cost, loan_s) and (needs_s := bucket.wait_s(level, cost)) > wait_s:
            short, wait_s = (bucket, level), needs_s
    if short is None:
        return Decision(limits.buckets, after)
    bucket, level = short
    return Decision(
        limits.buckets, before, bucket.dimension, bucket.limit, bucket.used(level), bucket.cost(tokens), wait_s
    )
