"""Who of a run's users may begin what, and when: as soon as they are free, or as a plan of users says."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import gevent
import msgspec
from gevent.event import Event

from ..load.demand import ByUsers, active
from ..load.fed import Fed

SETTLING_S: Final = 0.5
SPAWNING_S: Final = 0.001
"""How long starting a user may take on a slow machine; users are there when the load begins."""


class Entry(msgspec.Struct, frozen=True):
    """A session that a user is to begin.

    `intended_at` is when it was due (epoch seconds), None where that is when the user is ready. A `traced` one is a
    single request, with so many tokens where the trace knows.
    """

    session: int
    intended_at: float | None = None
    traced: bool = False
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Zero:
    """Time zero of a load, by both clocks of this process."""

    at: float
    monotonic: float

    @classmethod
    def after(cls, wait_s: float) -> "Zero":
        """Zero is so many seconds from now."""
        return cls(time.time() + wait_s, time.monotonic() + wait_s)

    @property
    def elapsed_s(self) -> float:
        """How long it is past, negative while it is to come."""
        return time.monotonic() - self.monotonic

    def until(self, at_s: float) -> float | None:
        """How long to wait for a time of the load; None for ever."""
        return None if math.isinf(at_s) else max(at_s - self.elapsed_s, 0.0)


class Admission(Protocol):
    """What decides when the users of a process begin sessions. A user is known by its `seat`, its number in the run."""

    is_open: bool

    @property
    def has_begun(self) -> bool:
        """Whether time zero of the load is past."""

    def start(self, wait_s: float) -> None:
        """Time zero is so many seconds from now."""

    def enter(self, seat: int) -> Entry | None:
        """The session that this user is to begin, as soon as it may; None when the run ends before."""

    def stays(self, seat: int) -> bool:
        """Whether this user may go on with the session that it holds."""

    def present(self, users: int) -> int:
        """How many of so many users are at work."""

    def stage_at(self, at: float) -> str | None:
        """The stage of the load in which that time falls (epoch seconds)."""

    def finish(self) -> tuple[list[Entry], Fed | None]:
        """The users are gone: what was due and not begun, and what became of the arrivals of an open load."""


class Freely:
    """Whoever is free begins the next session."""

    is_open = False
    has_begun = True

    def __init__(self, sessions: Iterator[int]) -> None:
        self._sessions = sessions

    def start(self, wait_s: float) -> None:
        """It has begun already."""

    def enter(self, seat: int) -> Entry:  # noqa: ARG002 - all seats are alike
        """The next session."""
        return Entry(next(self._sessions))

    def stays(self, seat: int) -> bool:  # noqa: ARG002
        """Nobody has to go."""
        return True

    def present(self, users: int) -> int:
        """All of them."""
        return users

    def stage_at(self, at: float) -> None:
        """There are no stages."""

    def finish(self) -> tuple[list[Entry], None]:
        """Nothing was due."""
        return [], None


class Turnstile:
    """As many users as the plan says are at work, those with the lowest seats; the others wait for their time.

    That is each user's own to know: level and seat say when. Locust's own ramps would ask users to stop and count them
    until they have: 20 -> 10 -> 15 users within one long answer could come to 5.
    """

    is_open = False

    def __init__(
        self, demand: ByUsers, sessions: Iterator[int], draining: Event, over: Callable[[], None], workers: int = 1
    ) -> None:
        """`over` is called when the plan is. `workers` share the seats."""
        self._demand = demand
        self._sessions = sessions
        self._draining = draining
        self._over = over
        self._workers = workers
        self._zero: Zero | None = None
        self._started = Event()

    @property
    def has_begun(self) -> bool:
        """Whether time zero is past."""
        return self._zero is not None and self._zero.elapsed_s >= 0

    def start(self, wait_s: float) -> None:
        """Time zero is so many seconds from now."""
        self._zero = Zero.after(wait_s)
        self._started.set()
        gevent.spawn(self._end, self._zero)

    def enter(self, seat: int) -> Entry | None:
        """The next session, when the plan comes to this user; None when the run ends before."""
        gevent.wait([self._started, self._draining], count=1)
        if self._zero is None:
            return None
        at_s = self._demand.plan.next_at(_level(seat), self._zero.elapsed_s)
        ended = self._draining.wait(self._zero.until(math.inf if at_s is None else at_s))
        return None if ended else Entry(next(self._sessions))

    def stays(self, seat: int) -> bool:
        """Whether the plan has this user now."""
        return self._zero is None or self._demand.plan.level_at(self._zero.elapsed_s) >= _level(seat)

    def present(self, users: int) -> int:
        """Those of this process whom the plan has now."""
        level = 0.0 if self._zero is None else self._demand.plan.level_at(self._zero.elapsed_s)
        return min(users, math.ceil(active(level) / self._workers))

    def stage_at(self, at: float) -> str | None:
        """The stage in which that time falls."""
        return None if self._zero is None else self._demand.stage_at(at - self._zero.at)

    def finish(self) -> tuple[list[Entry], None]:
        """Nothing was due: users begin when they are ready."""
        return [], None

    def _end(self, zero: Zero) -> None:
        if not self._draining.wait(zero.until(self._demand.end_s)):
            self._over()


def lead_s(users: int) -> float:
    """How long before time zero so many users have to be told of it."""
    return SETTLING_S + SPAWNING_S * users


def _level(seat: int) -> float:
    """The level of users from which on a seat is taken (harness.load.demand.active)."""
    return seat + 0.5
