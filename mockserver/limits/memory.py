"""The store of one process: what was taken, in dictionaries."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from .admission import LOAN_S, NOTHING, judge, refilled, settled
from .claim import Claim, Pool, PoolLimits
from .decision import Decision, Lease, Taken

_IN_MEMORY: Final[Lease] = ""
"""Counting is enough here: nobody else can lose an open request."""
_NO_LIMITS: Final = PoolLimits()


class MemoryStore:
    """What was taken, by pool; a pool whose buckets are full again is forgotten.

    `speed` is how many simulated seconds pass in a second of the clients, who are told waits in milliseconds of theirs.
    """

    def __init__(self, *, speed: float = 1.0) -> None:
        self._loan_s = LOAN_S * speed
        self._held: OrderedDict[str, tuple[float, Taken, PoolLimits]] = OrderedDict()
        self._open: dict[str, int] = {}
        self._spent: dict[str, float] = {}

    def __len__(self) -> int:
        """How many pools are not full."""
        return len(self._held)

    async def admit(self, claim: Claim, now: float) -> Decision:
        """See `Store`; atomic because nothing is awaited. An instant before the last debit counts as that one."""
        instants: list[float] = []
        taken: list[Taken] = []
        elapsed_s: list[float] = []
        counts_open = debits_refused = False
        for pool in claim.pools:
            held = self._held.get(pool.name)
            if held is None:
                self._forget_full(now)
                held = now, NOTHING, _NO_LIMITS
            elif held[2] is not pool.limits and held[2] != pool.limits:
                held = self._held[pool.name] = _changed(held, pool.limits, now)
            at = held[0]
            instants.append(now if now > at else at)
            elapsed_s.append(now - at if now > at else 0.0)
            taken.append(held[1])
            limits = pool.limits
            counts_open = counts_open or limits.concurrent is not None
            debits_refused = debits_refused or limits.refused_debits
        if counts_open or claim.budgets:
            refused = self._without_buckets(claim, taken, elapsed_s)
            if refused is not None:
                return refused
        decision = judge(claim, taken, elapsed_s, self._loan_s)
        admitted = decision.refused is None
        if admitted or debits_refused:
            for place, pool in enumerate(claim.pools):
                limits = pool.limits
                if (admitted or limits.refused_debits) and limits.buckets:
                    self._held[pool.name] = instants[place], decision.taken[place], limits
        if not counts_open or not admitted:
            return decision
        for pool in claim.pools:
            if pool.limits.concurrent is not None:
                self._open[pool.name] = self._open.get(pool.name, 0) + 1
        return decision._replace(lease=_IN_MEMORY)

    def _without_buckets(self, claim: Claim, taken: Sequence[Taken], elapsed_s: Sequence[float]) -> Decision | None:
        """The refusal for a reason that no bucket knows, if there is one."""
        for budget in claim.budgets:
            if self._spent.get(budget.name, 0.0) >= budget.usd:
                return Decision(claim, _now(claim, taken, elapsed_s), "quota")
        for place, pool in enumerate(claim.pools):
            limit = pool.limits.concurrent
            if limit is not None and (opened := self._open.get(pool.name, 0)) >= limit:
                return Decision(claim, _now(claim, taken, elapsed_s), "concurrent", place, limit, opened, 1)
        return None

    async def release(self, pools: Sequence[Pool], lease: Lease) -> None:  # noqa: ARG002
        """See `Store`."""
        for pool in pools:
            left = self._open.pop(pool.name, 0) - 1
            if left > 0:
                self._open[pool.name] = left

    async def settle(self, pools: Sequence[Pool], tokens: int, now: float) -> None:
        """See `Store`."""
        for pool in pools:
            at, taken, _ = self._held.get(pool.name, (now, NOTHING, _NO_LIMITS))
            left = refilled(pool.limits, taken, max(0.0, now - at))
            self._held[pool.name] = max(now, at), settled(pool.limits, left, tokens), pool.limits

    async def spend(self, budgets: Sequence[str], usd: float) -> None:
        """See `Store`."""
        for name in budgets:
            self._spent[name] = self._spent.get(name, 0.0) + usd

    async def reset(self) -> None:
        """See `Store`."""
        for kept in (self._held, self._open, self._spent):
            kept.clear()

    def describe(self) -> str:
        """See `Store`."""
        return ""

    async def close(self) -> None:
        """See `Store`."""

    def _forget_full(self, now: float) -> None:
        """Look at two pools, and forget those that are full: more than one new pool adds, so what is held follows what
        is in use. The others wait at the end of the row, so that none hides what is behind it."""
        for _ in range(min(2, len(self._held))):
            name, (at, taken, limits) = self._held.popitem(last=False)
            if any(refilled(limits, taken, now - at)):
                self._held[name] = at, taken, limits


def _changed(held: tuple[float, Taken, PoolLimits], limits: PoolLimits, now: float) -> tuple[float, Taken, PoolLimits]:
    """What is held of a pool whose limits are others now: until now it was refilled as before."""
    at, taken, before = held
    return max(now, at), refilled(before, taken, max(0.0, now - at)), limits


def _now(claim: Claim, taken: Sequence[Taken], elapsed_s: Sequence[float]) -> list[Taken]:
    """What counts as taken from the pools of a claim, when nothing is."""
    return [refilled(pool.limits, then, s) for pool, then, s in zip(claim.pools, taken, elapsed_s, strict=True)]
