"""Whether the mock itself kept up: how late it played, how long its loop stood still, how much CPU it took.

A load test against a mock that is late measures the mock; whoever reads results has to know.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import asdict

Listener = Callable[[dict[str, Any]], None]

_TICK_S: Final = 0.05
_SECONDS_KEPT: Final = 300
LATE_MS: Final = 20.0
"""A stream that is later than that is seen to be late by clients that measure well."""
STILL_MS: Final = 50.0
BUSY: Final = 0.95
"""Of one core, which is all that a loop can use."""
BUSY_SECONDS: Final = 3


class Lateness(NamedTuple):
    """How late a pacer's wake-ups were since it was asked last, in seconds."""

    ticks: int = 0
    sum_s: float = 0.0
    max_s: float = 0.0


class Second(msgspec.Struct, frozen=True):
    """What was measured in one second; `at` is epoch seconds, `cpu` a share of one core.

    `pacing_*_ms` is how much later than due streams were played, `admission_lag_ms` the longest that it took from a
    request's last byte to what will be answered, `loop_lag_ms` the longest that the loop stood still.
    """

    at: float
    pacing_mean_ms: float
    pacing_max_ms: float
    admission_lag_ms: float
    loop_lag_ms: float
    cpu: float
    open_streams: int


def bottleneck(history: Sequence[Second]) -> str | None:
    """Why the mock was what held the load up, None when it was not."""
    worst = max(history, key=lambda second: second.pacing_max_ms, default=None)
    if worst is not None and worst.pacing_max_ms > LATE_MS:
        return f"streams were played up to {worst.pacing_max_ms:.0f} ms late"
    slowest = max(history, key=lambda second: second.admission_lag_ms, default=None)
    if slowest is not None and slowest.admission_lag_ms > STILL_MS:
        return f"a request waited {slowest.admission_lag_ms:.0f} ms to be decided"
    stillest = max(history, key=lambda second: second.loop_lag_ms, default=None)
    if stillest is not None and stillest.loop_lag_ms > STILL_MS:
        return f"the server stood still for {stillest.loop_lag_ms:.0f} ms"
    busy = 0
    for second in history:
        busy = busy + 1 if second.cpu > BUSY else 0
        if busy >= BUSY_SECONDS:
            return f"the server had no CPU left for {BUSY_SECONDS} s and more"
    return None


class Health:
    """Measures while it runs: started and stopped with the server. `lateness` and `open_streams` are the player's."""

    def __init__(
        self, wall: Callable[[float], float], lateness: Callable[[], Lateness], open_streams: Callable[[], int]
    ) -> None:
        self._wall = wall
        self._lateness = lateness
        self._open_streams = open_streams
        self._history: deque[Second] = deque(maxlen=_SECONDS_KEPT)
        self._watch: asyncio.Task[None] | None = None
        self._listeners: set[Listener] = set()
        self._admission_s = 0.0

    def decided(self, after_s: float) -> None:
        """What will be answered to a request was decided so long after its last byte."""
        self._admission_s = max(self._admission_s, after_s)

    @contextlib.contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Tell `listener` of every second, while the block runs."""
        self._listeners.add(listener)
        try:
            yield
        finally:
            self._listeners.discard(listener)

    def start(self) -> None:
        """Begin to measure, on the running loop."""
        self._watch = asyncio.create_task(self._measure())

    async def stop(self) -> None:
        """Measure no more."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None

    def clear(self) -> None:
        """Forget what was measured."""
        self._history.clear()

    def report(self) -> dict[str, Any]:
        """The verdict on the mock itself, the worst of what is kept, and every second of it, oldest first."""
        history = list(self._history)
        why = bottleneck(history)
        return {
            "bottleneck": why is not None,
            "why": why,
            "pacing_error_ms": max((second.pacing_max_ms for second in history), default=None),
            "admission_lag_ms": max((second.admission_lag_ms for second in history), default=None),
            "loop_lag_ms": max((second.loop_lag_ms for second in history), default=None),
            "history": [asdict(second) for second in history],
        }

    async def _measure(self) -> None:
        self._lateness()
        begin, cpu_s, lag_s = time.monotonic(), time.process_time(), 0.0
        while True:
            asleep = time.monotonic()
            await asyncio.sleep(_TICK_S)
            now = time.monotonic()
            lag_s = max(lag_s, now - asleep - _TICK_S)
            if now - begin < 1:
                continue
            late, used_s = self._lateness(), time.process_time()
            self._history.append(
                Second(
                    at=round(self._wall(now), 3),
                    pacing_mean_ms=round(late.sum_s / late.ticks * 1000 if late.ticks else 0.0, 3),
                    pacing_max_ms=round(late.max_s * 1000, 3),
                    admission_lag_ms=round(self._admission_s * 1000, 3),
                    loop_lag_ms=round(max(0.0, lag_s) * 1000, 3),
                    cpu=round((used_s - cpu_s) / (now - begin), 3),
                    open_streams=self._open_streams(),
                )
            )
            for hear in self._listeners:
                hear(asdict(self._history[-1]))
            begin, cpu_s, lag_s, self._admission_s = now, used_s, 0.0, 0.0
