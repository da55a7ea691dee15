"""How full the limiter's buckets are, as far as its last answers tell."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Protocol

_MOST_POOLS: Final = 1_000


class Told(Protocol):
    """What an answer says of a bucket: whole units, and simulated seconds until it is full."""

    @property
    def limit(self) -> int: ...
    @property
    def remaining(self) -> int: ...
    @property
    def reset_s(self) -> float: ...


class Level(NamedTuple):
    """Where a bucket stands."""

    pool: str
    unit: str
    limit: int
    remaining: int


class Levels:
    """The last answer about each pool. The pool that was asked of least recently is forgotten when there are many."""

    __slots__ = ("_pools",)

    def __init__(self) -> None:
        self._pools: OrderedDict[str, tuple[float, Sequence[tuple[str, Told]]]] = OrderedDict()

    def note(self, pool: str, at: float, states: Sequence[tuple[str, Told]]) -> None:
        """The limiter's answer at `at` (simulated seconds)."""
        self._pools[pool] = (at, states)
        self._pools.move_to_end(pool)
        if len(self._pools) > _MOST_POOLS:
            self._pools.popitem(last=False)

    def clear(self) -> None:
        """Forget all of them."""
        self._pools.clear()

    def at(self, now: float) -> Iterator[Level]:
        """All levels at `now` (simulated seconds), the pool asked of last first.

        Buckets refill evenly, so that of what was missing (now - at) / reset is back.
        """
        for pool, (at, states) in reversed(self._pools.items()):
            for unit, state in states:
                left = 1 - (now - at) / state.reset_s if state.reset_s > 0 else 0.0
                missing = (state.limit - state.remaining) * min(1.0, max(0.0, left))
                yield Level(pool, unit, state.limit, state.limit - round(missing))
