"""Owning the time and the signals of a run."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import FrameType

from .course import Moment, Seen, Step, Terms, decide, has_begun
from .process import Child, Children
from .said import Event, Unwritable

TICK_S = 0.2


@dataclass(slots=True)
class Interrupts:
    """How often the user asked for an end (Ctrl-C, or SIGTERM)."""

    count: int = 0

    def note(self, _number: int, _frame: FrameType | None) -> None:
        """The signal handler."""
        self.count += 1


@dataclass(slots=True)
class Ending:
    """How a run ended: whether the user ended it, what aborted it ("": nothing), what took too long, and the last that
    was seen of its children."""

    interrupted: bool = False
    aborted: str = ""
    why_not: list[str] = field(default_factory=list)
    children: Sequence[Seen] = ()
    events: list[Event] = field(default_factory=list)


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
    children: Children,
    noted: Interrupts,
    terms: Terms,
    *,
    heard: Callable[[Event], None],
    tick: Callable[[float, Sequence[Seen]], str],
    say: Callable[[str], None],
) -> Ending:
    """Watch the children until they are gone, and do what `decide` decides.

    `heard(event)` is called for whatever a child tells, and may launch more of them; `tick(elapsed_s, children)` a few
    times a second, and gives the reason where the load has to end early. Time counts from the beginning of the load.
    """
    ending = Ending()
    launched_at = time.monotonic()
    moment = Moment(now=launched_at, launched_at=launched_at)
    while children.running:
        for event in children.listen(TICK_S):
            ending.events.append(event)
            heard(event)
        moment = _next(moment, time.monotonic(), noted.count, _seen(children), ending.events)
        decision = decide(terms, moment)
        if decision.say:
            say(decision.say)
        if decision.why_not:
            ending.why_not.append(decision.why_not)
        if decision.step is Step.DRAIN:
            children.drain()
            moment = replace(moment, drained_at=moment.now)
            ending.interrupted, ending.aborted = moment.interrupts > 0, decision.abort
        elif decision.step is Step.KILL:
            children.kill()
        moment = replace(moment, abort=tick(moment.elapsed_s, moment.children))
    # A pipe holds no more than one reading takes.
    ending.events += children.listen(0.0)
    ending.children = _seen(children)
    # One that comes when the end has begun anyway changes nothing: containers are stopped when others are done.
    ending.interrupted = ending.interrupted or moment.interrupts > 1
    return ending


def _next(before: Moment, now: float, interrupts: int, seen: Sequence[Seen], events: Sequence[Event]) -> Moment:
    """The moment that follows."""
    began = now if has_begun(seen) else None
    return replace(
        before,
        now=now,
        started_at=began if before.started_at is None else before.started_at,
        interrupts=interrupts,
        unwritable=any(isinstance(event, Unwritable) for event in events),
        children=seen,
    )


def _seen(children: Children) -> list[Seen]:
    return [_look_at(child) for child in children]


def _look_at(child: Child) -> Seen:
    seen = Seen(child.role, child.pid, child.exit_code, killed=child.killed)
    status = child.status
    if status is None:
        return seen
    return replace(
        seen,
        worker=status.worker,
        state=status.state,
        users=status.users,
        records=status.records or seen.records,
        in_flight=status.in_flight,
        begun=status.begun,
    )
