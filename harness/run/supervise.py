"""Owning the time and the signals of a run."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from .process import LoadProcess

TICK_S = 0.2
START_LIMIT_S = 60.0
KILL_MARGIN_S = 15.0
"""How much longer than the stop timeout a child may take to end: it still has to kill its users and to say good-bye."""


@dataclass(slots=True)
class Interrupts:
    """How often the user asked for an end (Ctrl-C, or SIGTERM)."""

    count: int = 0

    def note(self, _number: int, _frame: FrameType | None) -> None:
        """The signal handler."""
        self.count += 1


@dataclass(slots=True)
class Ending:
    """How the run ended: whether the user ended it, and what makes its numbers invalid."""

    interrupted: bool = False
    why_not: list[str] = field(default_factory=list)


@contextmanager
def interrupts() -> Iterator[Interrupts]:
    """Count SIGINT, SIGTERM and SIGHUP instead of dying of them."""
    noted = Interrupts()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, noted.note) for number in numbers}
    try:
        yield noted
    finally:
        for number, action in before.items():
            signal.signal(number, action)


def supervise(
    load: LoadProcess,
    noted: Interrupts,
    *,
    run_time_s: float | None,
    stop_timeout_s: float,
    tick: Callable[[float], None],
    say: Callable[[str], None],
) -> Ending:
    """Watch the child until it is gone; `tick(elapsed_s)` is called a few times a second.

    Time counts from the child's first status. When it is up, or at the first interrupt, the child drains; at the second
    interrupt, or when it takes too long, it is killed.
    """
    ending = Ending()
    limits = _Limits(time.monotonic(), run_time_s, stop_timeout_s)
    while load.exit_code() is None:
        load.listen(TICK_S)
        now = time.monotonic()
        if load.status is not None:
            limits.start(now)
        if noted.count > 1:
            load.kill()
        elif limits.drained_at is None and (noted.count or limits.time_is_up(now)):
            load.drain()
            limits.drained_at = now
            cause = "stopping (once more to stop at once)" if noted.count else "time is up"
            say(f"{cause}: requests in flight have {stop_timeout_s:g} s to finish")
        if why := limits.exceeded(now):
            load.kill()
            ending.why_not.append(why)
        tick(limits.elapsed_s(now))
    ending.interrupted = noted.count > 0
    if (code := load.exit_code()) != 0 and not ending.interrupted and not ending.why_not:
        ending.why_not.append(f"the load process ended with exit code {code} (see locust.log)")
    return ending


@dataclass(slots=True)
class _Limits:
    """The instants (monotonic seconds) at which something must have happened."""

    launched_at: float
    run_time_s: float | None
    stop_timeout_s: float
    started_at: float | None = None
    drained_at: float | None = None

    def start(self, now: float) -> None:
        if self.started_at is None:
            self.started_at = now

    def elapsed_s(self, now: float) -> float:
        return 0.0 if self.started_at is None else now - self.started_at

    def time_is_up(self, now: float) -> bool:
        return self.run_time_s is not None and self.started_at is not None and now >= self.started_at + self.run_time_s

    def exceeded(self, now: float) -> str | None:
        if self.drained_at is not None and now > self.drained_at + self.stop_timeout_s + KILL_MARGIN_S:
            return f"the load process did not end within {now - self.drained_at:.0f} s and was killed"
        if self.started_at is None and now > self.launched_at + START_LIMIT_S:
            return f"the load process did not start within {START_LIMIT_S:.0f} s (see locust.log)"
        return None
