"""When the load of a swarm begins, as its master sees it."""

from typing import Final

from ..load.demand import ByUsers, Demand, active
from .admission import Zero
from .roster import Roster

LEAD_S: Final = 0.5
"""How long before time zero the workers are told of it."""


class Opening:
    """Time zero of a planned load: told to the workers, once, when all of them take part and have started their users.

    They are told how long it is to come, so that their clocks need not agree: they differ by how long a message takes.
    """

    def __init__(self, demand: Demand | None) -> None:
        """`demand` is None where there is nothing to wait for."""
        self._demand = demand
        self._zero: Zero | None = None

    def due(self, roster: Roster) -> float | None:
        """In how many seconds it is, when that is to be told now."""
        if self._demand is None or self._zero is not None or not roster.complete:
            return None
        self._zero = Zero.after(LEAD_S)
        return LEAD_S

    @property
    def has_begun(self) -> bool:
        """Whether it is past."""
        return self._demand is None or (self._zero is not None and self._zero.elapsed_s >= 0)

    def present(self, users: int) -> int:
        """How many of so many users are at work, as far as the plan says."""
        if not isinstance(self._demand, ByUsers) or self._zero is None:
            return users
        return min(users, active(self._demand.plan.level_at(self._zero.elapsed_s)))
