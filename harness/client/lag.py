"""How late this process is to notice things, whatever the reason: a full core, a long computation, a pause."""

import time
from collections import deque
from time import monotonic
from typing import Any, Final

import gevent

from ..measure.watch import BUSY, LATE_MS, Watched

TICK_S: Final = 0.01
REMEMBERED_S: Final = 1000


class LagWatch:
    """A timer that rings a hundred times a second and notes by how much it is late, and how much CPU was used.

    The most of each second is kept, for as long as an attempt can take. An idle process is up to a millisecond late:
    that is how exactly the event loop sleeps.
    """

    def __init__(self) -> None:
        self._worst: deque[tuple[int, float]] = deque(maxlen=REMEMBERED_S)
        self._begun_s = self._second_s = monotonic()
        self._begun_cpu_s = self._second_cpu_s = time.process_time()
        self._seconds = self._late = self._busy = 0
        self._lag_max_s = 0.0
        self._due_s = monotonic() + TICK_S
        self._timer: Any = gevent.get_hub().loop.timer(TICK_S, TICK_S, ref=False)
        self._timer.start(self._tick)

    def worst_s(self, since_s: float) -> float:
        """The most that it was late since that instant (monotonic), to the second, in seconds; now too."""
        worst_s = max(monotonic() - self._due_s, 0.0)
        for second, lag_s in reversed(self._worst):
            if second < int(since_s):
                break
            worst_s = max(worst_s, lag_s)
        return worst_s

    def watched(self) -> Watched:
        """What it saw until now, in whole seconds."""
        length_s = max(monotonic() - self._begun_s, TICK_S)
        return Watched(
            seconds=self._seconds,
            late=self._late,
            busy=self._busy,
            lag_max_ms=round(self._lag_max_s * 1000, 3),
            cpu=round((time.process_time() - self._begun_cpu_s) / length_s, 3),
        )

    def close(self) -> None:
        """Stop watching."""
        self._timer.close()

    def _tick(self) -> None:
        """Called by the event loop."""
        now_s = monotonic()
        lag_s = max(now_s - self._due_s, 0.0)
        self._due_s = now_s + TICK_S
        second = int(now_s)
        if not self._worst or self._worst[-1][0] != second:
            self._next_second(now_s)
            self._worst.append((second, lag_s))
        elif lag_s > self._worst[-1][1]:
            self._worst[-1] = (second, lag_s)

    def _next_second(self, now_s: float) -> None:
        """Count the second that has ended. One that was stood through counts as often as it was long."""
        if not self._worst:
            return
        cpu_s, length_s = time.process_time(), now_s - self._second_s
        lag_s = self._worst[-1][1]
        count = max(round(length_s), 1)
        self._seconds += count
        self._late += count * (lag_s * 1000 > LATE_MS)
        self._busy += count * (cpu_s - self._second_cpu_s > BUSY * length_s)
        self._lag_max_s = max(self._lag_max_s, lag_s)
        self._second_s, self._second_cpu_s = now_s, cpu_s
