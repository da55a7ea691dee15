"""What keeps the buckets: the extension point of the limiter."""

from collections.abc import Sequence
from typing import Protocol

from .claim import Claim, Pool
from .decision import Decision, Lease


class Store(Protocol):
    """Keeps what was taken from every pool and spent of every budget. Instants are simulated seconds."""

    async def admit(self, claim: Claim, now: float) -> Decision:
        """Debit a request from all buckets of all its pools, or nothing at all.

        Atomic: no other decision about these pools falls between judging and debiting.
        """
        ...

    async def release(self, pools: Sequence[Pool], lease: Lease) -> None:
        """Give back the place that an admitted request had among those that are open at once."""
        ...

    async def settle(self, pools: Sequence[Pool], tokens: int, now: float) -> None:
        """Debit `tokens` tokens more, or fewer when negative, without asking: an answer is over, its usage known."""
        ...

    async def spend(self, budgets: Sequence[str], usd: float) -> None:
        """Note what an answer cost."""
        ...

    async def reset(self) -> None:
        """Fill all buckets, and forget what was spent and is open."""
        ...

    def describe(self) -> str:
        """Where it is, for the start line; empty when it is in this process."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
