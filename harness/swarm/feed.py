"""The feeder of an open load: it hands what is due to users who are free."""

import itertools
import time
from collections import deque
from collections.abc import Callable
from statistics import fmean

import gevent
from gevent.event import AsyncResult, Event

from ..load.demand import Arrival, ByTrace, Open
from ..load.fed import LATE_S, Fed
from ..load.need import users_needed
from .admission import Entry, Zero
from .share import Share


class Feed:
    """Arrivals begin when they are due, whatever became of those before, as long as a user is free.

    Those that find none wait, first come first served, and are late: their intended time stays what it was. Of the free
    users the one who became free last comes first, so that a pool larger than it need be opens no more connections.
    """

    is_open = True

    def __init__(
        self, demand: Open, share: Share, draining: Event, spent: Callable[[], bool], over: Callable[[], None]
    ) -> None:
        """This share's arrivals. `spent` says whether --requests are used up, `over` is called when the load is."""
        self._demand = demand
        self._arrivals = itertools.islice(demand.all(), share.worker, None, share.workers)
        self._draining = draining
        self._spent = spent
        self._over = over
        self._zero: Zero | None = None
        self._free: list[AsyncResult] = []
        self._waiting: deque[Arrival] = deque()
        self._caught_up = Event()
        self._seats: set[int] = set()
        self._held: dict[int, tuple[float, float]] = {}
        self._stays: list[tuple[float, float]] = []
        self._due = self._waited = self._late = 0
        self._longest_wait_s = self._latest_s = 0.0
        draining.rawlink(lambda _: self._send_home())

    @property
    def has_begun(self) -> bool:
        """Whether time zero is past."""
        return self._zero is not None and self._zero.elapsed_s >= 0

    def start(self, wait_s: float) -> None:
        """Time zero is so many seconds from now."""
        self._zero = Zero.after(wait_s)
        gevent.spawn(self._run, self._zero)

    def enter(self, seat: int) -> Entry | None:
        """The next arrival, as soon as one is due; None when the run ends before. Ends what this user held before."""
        self._seats.add(seat)
        if seat in self._held:
            begin_s, taken_at = self._held.pop(seat)
            self._stays.append((begin_s, time.monotonic() - taken_at))
        arrival = self._next()
        if arrival is None:
            return None
        self._held[seat] = (arrival.at_s, time.monotonic())
        return self._entry(arrival)

    def stays(self, seat: int) -> bool:  # noqa: ARG002 - all seats are alike
        """Nobody has to go."""
        return True

    def present(self, users: int) -> int:
        """Those who hold a session."""
        return min(users, len(self._held))

    def stage_at(self, at: float) -> str | None:
        """The stage in which that time falls."""
        return None if self._zero is None else self._demand.stage_at(at - self._zero.at)

    def finish(self) -> tuple[list[Entry], Fed]:
        """What was due and found no user before the end, and how it went with the others."""
        unsent = [] if self._spent() else list(self._waiting)
        now = time.monotonic()
        stays = [*self._stays, *((begin_s, now - taken_at) for begin_s, taken_at in self._held.values())]
        usual_s = fmean(length_s for _, length_s in stays) if stays else 0.0
        return [self._entry(arrival) for arrival in unsent], Fed(
            users=len(self._seats),
            due=self._due,
            waited=self._waited,
            longest_wait_s=round(max(self._longest_wait_s, *(self._late_s(arrival) for arrival in unsent), 0.0), 3),
            unsent=len(unsent),
            needed=users_needed([*stays, *((arrival.at_s, usual_s) for arrival in unsent)]),
            late=self._late,
            latest_s=round(self._latest_s, 3),
        )

    def _run(self, zero: Zero) -> None:
        """Hand out what is due until the run ends or the load is over: what waits for a user then is not sent.

        Of a trace every request is sent.
        """
        for arrival in self._arrivals:
            if self._draining.wait(zero.until(arrival.at_s)) or self._spent():
                return
            self._hand_out(arrival)
        ended = self._draining.wait(zero.until(self._demand.end_s))
        if isinstance(self._demand, ByTrace) and self._waiting:
            gevent.wait([self._caught_up, self._draining], count=1)
        if not ended:
            self._over()

    def _hand_out(self, arrival: Arrival) -> None:
        self._due += 1
        if self._free:
            late_s = self._late_s(arrival)
            self._late += late_s > LATE_S
            self._latest_s = max(self._latest_s, late_s)
            self._free.pop().set(arrival)
            return
        self._waited += 1
        self._waiting.append(arrival)
        self._caught_up.clear()

    def _next(self) -> Arrival | None:
        if self._draining.is_set():
            return None
        if self._waiting:
            arrival = self._waiting.popleft()
            self._longest_wait_s = max(self._longest_wait_s, self._late_s(arrival))
            if not self._waiting:
                self._caught_up.set()
            return arrival
        return self._handed()

    def _handed(self) -> Arrival | None:
        """What the feeder hands out to this user; goes back when the user is killed, or may not begin any more."""
        turn = AsyncResult()
        self._free.append(turn)
        try:
            arrival: Arrival | None = turn.get()
        except BaseException:
            if turn in self._free:
                self._free.remove(turn)
            elif turn.value is not None:
                self._waiting.appendleft(turn.value)
            raise
        if arrival is not None and self._draining.is_set():
            self._waiting.appendleft(arrival)
            return None
        return arrival

    def _send_home(self) -> None:
        while self._free:
            self._free.pop().set(None)

    def _late_s(self, arrival: Arrival) -> float:
        return 0.0 if self._zero is None else self._zero.elapsed_s - arrival.at_s

    def _entry(self, arrival: Arrival) -> Entry:
        return Entry(
            session=arrival.index,
            intended_at=None if self._zero is None else self._zero.at + arrival.at_s,
            traced=isinstance(self._demand, ByTrace),
            prompt_tokens=arrival.prompt_tokens,
            completion_tokens=arrival.completion_tokens,
        )
