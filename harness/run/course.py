"""What is to happen next in a run, decided from what is seen of its processes at one instant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from .process import Role
from .said import READY

START_LIMIT_S: Final = 60.0
KILL_MARGIN_S: Final = 15.0
"""How much longer than the stop timeout processes may take to end: users have to be killed first."""
ARRIVAL_MARGIN_S: Final = 60.0
"""The same where records have to arrive from other machines first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A child at one instant: its number in the run, Locust's state, its users and records, as far as known.

    So are the requests that it has in flight and the sessions that it has begun.
    """

    role: Role
    pid: int
    exit_code: int | None = None
    worker: int | None = None
    state: str | None = None
    users: int = 0
    records: int = 0
    killed: bool = False
    in_flight: int | None = None
    begun: int | None = None

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        if self.role == "worker":
            return f"{'a worker' if self.worker is None else f'worker {self.worker}'} (process {self.pid})"
        return "the master process" if self.role == "master" else "the load process"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a run was told of its end: None is no such end.

    `stop_timeout_s` is how long what is in flight may take. `patient` is whether others take part, on machines of their
    own: the load may take any time to begin, and goes on when nobody is left here.
    """

    run_time_s: float | None = None
    stop_timeout_s: float | None = None
    patient: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One instant (monotonic seconds) and what had happened until then; `abort` is why the load has to end early."""

    now: float
    launched_at: float
    started_at: float | None = None
    drained_at: float | None = None
    interrupts: int = 0
    unwritable: bool = False
    abort: str = ""
    children: Sequence[Seen] = ()

    @property
    def elapsed_s(self) -> float:
        """How long the load has been going on, 0 before it begins."""
        return 0.0 if self.started_at is None else self.now - self.started_at


class Step(Enum):
    """What to do with the processes."""

    GO_ON = "go on"
    DRAIN = "drain"
    KILL = "kill"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, what to say of it, what it proves against the run, and what aborts it."""

    step: Step
    say: str = ""
    why_not: str = ""
    abort: str = ""


GO_ON: Final = Decision(Step.GO_ON)


def decide(terms: Terms, moment: Moment) -> Decision:
    """What is to happen now: nothing, the end of the load, or the end of every process."""
    if moment.interrupts > 1:
        return Decision(Step.KILL)
    if late := _late(terms, moment):
        return Decision(Step.KILL, why_not=late)
    if moment.drained_at is not None:
        return GO_ON
    return _drain(terms, moment)


def has_begun(children: Sequence[Seen]) -> bool:
    """Whether the load has begun, as the leading process sees it, or any where none leads from here."""
    leading = [child for child in children if child.role != "worker"] or children
    return any(child.state not in (None, READY) for child in leading)


def users_of(children: Sequence[Seen]) -> int:
    """How many users are running, as the leading process knows, or all together where none leads."""
    leading = [child for child in children if child.role != "worker" and child.exit_code is None] or children
    return sum(child.users for child in leading)


def flight_of(children: Sequence[Seen], *, elsewhere: bool) -> tuple[int | None, int | None]:
    """Requests in flight and sessions begun, as far as known: the master alone knows of workers `elsewhere`."""
    telling = [child for child in children if child.begun is not None and (child.role == "master") == elsewhere]
    if not telling:
        return None, None
    in_flight = sum(child.in_flight or 0 for child in telling if child.exit_code is None)
    return in_flight, sum(child.begun or 0 for child in telling)


def _late(terms: Terms, moment: Moment) -> str:
    """What has taken too long."""
    running = [child for child in moment.children if child.exit_code is None]
    if moment.drained_at is not None:
        since_s = moment.now - moment.drained_at
        margin_s = ARRIVAL_MARGIN_S if terms.patient else KILL_MARGIN_S
        if terms.stop_timeout_s is None or since_s <= terms.stop_timeout_s + margin_s:
            return ""
        late = [child.name for child in running if child.role != "master"] or [child.name for child in running]
        return f"{' and '.join(late)} did not end within {since_s:.0f} s and {_was(late)} killed"
    if moment.started_at is None and not terms.patient and moment.now > moment.launched_at + START_LIMIT_S:
        return f"the load did not start within {START_LIMIT_S:.0f} s (see locust.log)"
    return ""


def _drain(terms: Terms, moment: Moment) -> Decision:
    """Whether the load is to end now, and why."""
    if moment.interrupts:
        return _draining("stopping (once more to stop at once)", terms)
    if moment.unwritable:
        return _draining("records cannot be written", terms)
    if moment.abort:
        return replace(_draining(f"aborting, {moment.abort}", terms), abort=moment.abort)
    if moment.started_at is not None and terms.run_time_s is not None and moment.elapsed_s >= terms.run_time_s:
        return _draining("time is up", terms)
    if any(child.exit_code for child in moment.children if child.role == "master"):
        return _draining("the master is gone", terms)
    return Decision(Step.DRAIN) if _is_over(terms, moment) else GO_ON


def _draining(why: str, terms: Terms) -> Decision:
    limit = "" if terms.stop_timeout_s is None else f"have {terms.stop_timeout_s:g} s to finish"
    return Decision(Step.DRAIN, f"{why}: requests in flight {limit or 'may finish'}")


def _is_over(terms: Terms, moment: Moment) -> bool:
    """Whether nobody is left for the others to go on with: no master, no worker, or not all that were to begin."""
    ended = [child for child in moment.children if child.exit_code is not None]
    workers = [child for child in moment.children if child.role == "worker"]
    master_ended = any(child.role == "master" for child in ended)
    none_left = bool(workers) and not terms.patient and all(child in ended for child in workers)
    return master_ended or none_left or (bool(ended) and moment.started_at is None)


def _was(names: Sequence[str]) -> str:
    return "was" if len(names) == 1 else "were"
