"""One pacer per process: plays the parts of all streams at their deadlines.

Parts wait in slots of a grid, in the first slot that begins after their deadline: nothing is early, nothing later than
a slot as long as the process keeps up, and what falls into one slot costs one wake-up. Scheduling one event (parts with
an event each 20 ms, on a slow core): slots 0.37, 0.27, 0.28 us for 100, 1,000, 5,000 parts, a heap of deadlines 0.36,
0.63, 0.94 us. A slot also lets a part go at once, where a heap keeps it until its turn.
"""

import heapq
import time
from collections.abc import Callable
from typing import Final, Protocol

from .timer import Timer

SLOTS_PER_S: Final = 2_000
PARTS_PER_TICK: Final = 64
_IDLE: Final = -1
_FIRED: Final = -2

OpenPacerTimer = Callable[[Callable[[], None]], Timer]


class Part(Protocol):
    """Something with deadlines. `slot` is the pacer's own note of where the part waits."""

    slot: int

    def play(self, now: float, /) -> float | None:
        """Do what is due by `now`; the next deadline, or None to leave the schedule."""

    def fail(self, error: Exception, /) -> None:
        """Clean up after a `play` that raised. Must not raise."""


class Pacer:
    """The schedule. Not thread-safe: everything happens on the event loop that the timer belongs to."""

    def __init__(self, open_timer: OpenPacerTimer, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._timer = open_timer(self._tick)
        self._parts: dict[int, set[Part]] = {}
        self._slots: list[int] = []
        self._reached = 0
        self._armed = _IDLE
        self._ticks = 0
        self._late_s = 0.0
        self._latest_s = 0.0

    def __len__(self) -> int:
        """How many parts wait."""
        return sum(map(len, self._parts.values()))

    def add(self, part: Part, due: float) -> None:
        """Play `part` at `due` (clock seconds), in the next slot if that is past."""
        self._seat(part, due)
        self._arm()

    def remove(self, part: Part) -> None:
        """Forget `part`, wherever it waits (perhaps nowhere)."""
        waiting = self._parts.get(part.slot)
        if waiting is not None:
            waiting.discard(part)

    def begin(self, part: Part) -> None:
        """Play `part` now, and go on at its deadlines."""
        self._play({part}, self.clock(), 1)
        self._arm()

    def take_lateness(self) -> tuple[int, float, float]:
        """How many wake-ups there were since this was asked last, and by how many seconds they were late: all, most."""
        taken = self._ticks, self._late_s, self._latest_s
        self._ticks, self._late_s, self._latest_s = 0, 0.0, 0.0
        return taken

    def close(self) -> None:
        """Play no more."""
        self._timer.close()
        self._parts.clear()
        self._slots.clear()

    def _seat(self, part: Part, due: float) -> None:
        slot = int(due * SLOTS_PER_S) + 1
        if slot <= self._reached:  # a part that is behind takes its turn among the others
            slot = self._reached + 1
        waiting = self._parts.get(slot)
        if waiting is None:
            waiting = self._parts[slot] = set()
            heapq.heappush(self._slots, slot)
        waiting.add(part)
        part.slot = slot

    def _arm(self) -> None:
        soonest = self._slots[0] if self._slots else _IDLE
        if soonest == self._armed:
            return
        self._armed = soonest
        if soonest == _IDLE:
            self._timer.clear()
        else:
            self._timer.set(soonest / SLOTS_PER_S)

    def _tick(self) -> None:
        now = self.clock()
        self._armed = _FIRED
        self._reached = reached = int(now * SLOTS_PER_S)
        left = PARTS_PER_TICK
        if self._slots and self._slots[0] <= reached:
            late_s = now - self._slots[0] / SLOTS_PER_S
            self._ticks += 1
            self._late_s += late_s
            self._latest_s = max(self._latest_s, late_s)
        while self._slots and self._slots[0] <= reached:
            waiting = self._parts[self._slots[0]]
            left = self._play(waiting, now, left)
            if waiting:  # the timer fires at once again: the loop serves its sockets in between
                break
            del self._parts[heapq.heappop(self._slots)]
        self._arm()

    def _play(self, waiting: set[Part], now: float, most: int) -> int:
        """Play up to `most` of those who wait. How many more might have been played."""
        while waiting and most:
            part = waiting.pop()
            most -= 1
            try:
                due = part.play(now)
            except Exception as error:
                part.fail(error)
                continue
            if due is not None:
                self._seat(part, due)
        return most
