"""The store of one process: what was taken, in dictionaries."""

from collections import OrderedDict
from collections.abc import Sequence

from .admission import LOAN_S, NOTHING, judge, refilled, settled
from .claim import Claim, Pool, PoolLimits
from .decision import Decision, Lease, Taken

_IN_MEMORY: Lease = ""
"""Counting is enough here: nobody else can lose an open request."""


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
        for budget in claim.budgets:
            if self._spent.get(budget.name, 0.0) >= budget.usd:
                return Decision(claim, [self._taken(pool, now)[1] for pool in claim.pools], "quota")
        found = [self._taken(pool, now) for pool in claim.pools]
        taken = [each[1] for each in found]
        lease = None
        for place, pool in enumerate(claim.pools):
            if pool.limits.concurrent is not None:
                lease, limit, opened = _IN_MEMORY, pool.limits.concurrent, self._open.get(pool.name, 0)
                if opened >= limit:
                    return Decision(claim, taken, "concurrent", place, limit, opened, 1)
        decision = judge(claim, taken, self._loan_s)
        admitted = decision.refused is None
        for pool, (at, _), after in zip(claim.pools, found, decision.taken, strict=True):
            if pool.limits.buckets and (admitted or pool.limits.refused_debits):
                self._held[pool.name] = at, after, pool.limits
        if lease is None or not admitted:
            return decision
        for pool in claim.pools:
            if pool.limits.concurrent is not None:
                self._open[pool.name] = self._open.get(pool.name, 0) + 1
        return decision._replace(lease=lease)

    async def release(self, pools: Sequence[Pool], lease: Lease) -> None:  # noqa: ARG002
        """See `Store`."""
        for pool in pools:
            left = self._open.pop(pool.name, 0) - 1
            if left > 0:
                self._open[pool.name] = left

    async def settle(self, pools: Sequence[Pool], tokens: int, now: float) -> None:
        """See `Store`."""
        for pool in pools:
            at, taken = self._taken(pool, now)
            self._held[pool.name] = at, settled(pool.limits, taken, tokens), pool.limits

    async def spend(self, budgets: Sequence[str], usd: float) -> None:
        """See `Store`."""
        for name in budgets:
            self._spent[name] = self._spent.get(name, 0.0) + usd

    def describe(self) -> str:
        """See `Store`."""
        return ""

    async def close(self) -> None:
        """See `Store`."""

    def _taken(self, pool: Pool, now: float) -> tuple[float, Taken]:
        """The instant that counts as now for a pool, and what counts as taken from it then."""
        held = self._held.get(pool.name)
        if held is None:
            self._forget_full(now)
            return now, NOTHING
        at, taken, _limits = held
        now = max(now, at)
        return now, refilled(pool.limits, taken, now - at)

    def _forget_full(self, now: float) -> None:
        """Look at two pools, and forget those that are full: more than one new pool adds, so what is held follows what
        is in use. The others wait at the end of the row, so that none hides what is behind it."""
        for _ in range(min(2, len(self._held))):
            name, (at, taken, limits) = self._held.popitem(last=False)
            if any(refilled(limits, taken, now - at)):
                self._held[name] = at, taken, limits
