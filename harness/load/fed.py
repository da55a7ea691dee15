"""What became of the arrivals of an open load: whether there were users enough to send them when they were due."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

TOLERATED: Final = 0.01
"""The share of arrivals that may wait for a user: with more the 99th percentiles tell of the harness."""


LATE_S: Final = 0.05
"""What is handed out later than that, though a user was free, is late because of us."""
LATE_TOLERATED: Final = 0.05
LEAST_DUE: Final = 200
"""Fewer arrivals say nothing of how late we are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """The arrivals of one process, or of all: so many were `due`, of which `waited` found none of the `users` free.

    `longest_wait_s` is how long one of them waited, `unsent` how many were not sent before the end came; `needed` users
    would have been enough (harness.load.need). `late` of the others were handed out more than 50 ms late, at most by
    `latest_s`: the process did not get round to it.
    """

    users: int
    due: int
    waited: int
    longest_wait_s: float
    unsent: int
    needed: int
    late: int = 0
    latest_s: float = 0.0

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

    @property
    def why_late(self) -> str | None:
        """What its own lateness proves against the run, in a line; None where nearly all were on time."""
        if self.due < LEAST_DUE or self.late <= LATE_TOLERATED * self.due:
            return None
        return (
            f"the client was the bottleneck: {self.late:,} of {self.due:,} arrivals were sent more than "
            f"{LATE_S * 1000:g} ms late, up to {self.latest_s:.1f} s, though users were free; more processes "
            "(--processes), or a machine of its own, would do"
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
        late=sum(part.late for part in parts),
        latest_s=max(part.latest_s for part in parts),
    )


def shortage(fed: Fed | None) -> list[str]:
    """What arrivals prove against a run."""
    return [] if fed is None else [why for why in (fed.why_late, fed.why_not) if why is not None]


def _rounded(count: int) -> int:
    """A number for a person: up to the next one of two digits and zeros."""
    step = int(10 ** max(math.floor(math.log10(count)) - 1, 0))
    return math.ceil(count / step) * step
