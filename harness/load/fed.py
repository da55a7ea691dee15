"""What became of the arrivals of an open load: whether there were users enough to send them when they were due."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

TOLERATED: Final = 0.01
"""The share of arrivals that may wait for a user: with more the 99th percentiles tell of the harness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """The arrivals of one process, or of all: so many were `due`, of which `waited` found none of the `users` free.

    `longest_wait_s` is how long one of them waited, `unsent` how many were not sent before the end came; `needed` users
    would have been enough (harness.load.need).
    """

    users: int
    due: int
    waited: int
    longest_wait_s: float
    unsent: int
    needed: int

    @property
    def why_not(self) -> str | None:
        """What it proves against the run, in a line; None where nearly all found a free user."""
        if self.waited <= TOLERATED * self.due:
            return None
        unsent = f", {self.unsent:,} of them never sent" if self.unsent else ""
        return (
            f"too few users for an open load: {self.waited:,} of {self.due:,} arrivals found all {self.users} busy "
            f"and waited up to {self.longest_wait_s:.1f} s{unsent}; about {self.needed:,} would do "
            f"(--users {self.needed})"
        )

    def to_dict(self) -> dict[str, Any]:
        """What run.json keeps of it."""
        return asdict(self)


def together(parts: Sequence[Fed]) -> Fed | None:
    """What it comes to of all processes, which have equally many users; None where no load is open."""
    if not parts:
        return None
    waited = sum(part.waited for part in parts)
    users = sum(part.users for part in parts)
    needed = max(part.needed for part in parts) * len(parts)
    return Fed(
        users=users,
        due=sum(part.due for part in parts),
        waited=waited,
        longest_wait_s=max(part.longest_wait_s for part in parts),
        unsent=sum(part.unsent for part in parts),
        needed=_rounded(max(needed, users + 1)) if waited else needed,
    )


def shortage(fed: Fed | None) -> list[str]:
    """What arrivals prove against a run."""
    return [fed.why_not] if fed is not None and fed.why_not is not None else []


def _rounded(count: int) -> int:
    """A number for a person: up to the next one of two digits and zeros."""
    step = int(10 ** max(math.floor(math.log10(count)) - 1, 0))
    return math.ceil(count / step) * step
