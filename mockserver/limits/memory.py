"""The store of one process: levels in a dictionary."""

from collections import OrderedDict

from .admission import LOAN_S, judge
from .bucket import MINUTE_S
from .decision import Decision, Levels, PoolLimits


class MemoryStore:
    """Levels by key, the key debited last at the end; a key whose buckets are full again is forgotten.

    `speed` is how many simulated seconds pass in a second of the clients, who are told waits in milliseconds of theirs.
    The buckets of a key must stay the same.
    """

    def __init__(self, *, speed: float = 1.0) -> None:
        self._loan_s = LOAN_S * speed
        self._full_after_s = MINUTE_S + self._loan_s
        self._held: OrderedDict[str, tuple[float, Levels]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    async def admit(self, key: str, limits: PoolLimits, tokens: int, now: float) -> Decision:
        """See `Store`; atomic because nothing is awaited. An instant before the last debit counts as that one."""
        held = self._held.get(key)
        if held is None:
            self._forget_full(now)
            held = now, limits.full
        at, levels = held
        now = max(now, at)
        decision = judge(limits, levels, now - at, tokens, self._loan_s)
        if decision.refused is None:
            self._held[key] = now, decision.levels
            self._held.move_to_end(key)
        return decision

    def _forget_full(self, now: float) -> None:
        """Forget up to two full keys: more than one new key adds, so what is held follows what is in use."""
        for _ in range(2):
            if self._held:
                oldest, (at, _levels) = next(iter(self._held.items()))
                if now - at >= self._full_after_s:
                    del self._held[oldest]
