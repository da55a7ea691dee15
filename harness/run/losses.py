"""What a run lost with its processes: one line each, for why_not."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from .course import Seen
from .said import Event, Gone, Joined, Undelivered, Unwritable
from .supervise import Ending

_IN_FLIGHT: Final = "what it had in flight is not in them"
_UNRECORDED: Final = "what they had in flight is not recorded"


def losses(ending: Ending, counts: Mapping[str | None, int]) -> list[str]:
    """What is held against the run: children that did not end by themselves, and what events tell of others.

    `counts` are the records by their `worker`. Exit codes of a run that was interrupted prove nothing.
    """
    children, events = ending.children, ending.events
    unwritable = [event for event in events if isinstance(event, Unwritable)]
    killed = [child for child in children if (child.exit_code or 0) < 0 and not child.killed]
    ended = [child for child in children if child.killed and child.role != "master"] if ending.interrupted else []
    failed = [child for child in children if (child.exit_code or 0) > 0]
    said = [_killed(child, counts) for child in killed]
    said += [f"{child.name} was killed before its users had finished: {_UNRECORDED}" for child in ended]
    said += map(str, unwritable)
    if not (ending.interrupted or unwritable or any(child.role == "master" for child in killed)):
        said += [f"{child.name} ended with exit code {child.exit_code} (see locust.log)" for child in failed]
    return [*said, *_told(events, {child.worker for child in killed}), *_undelivered(events)]


def _killed(child: Seen, counts: Mapping[str | None, int]) -> str:
    """What was lost with a child that a signal ended."""
    by = killed_by(child)
    if child.role == "master":
        return f"{by}: nobody led the workers any more"
    if child.role == "worker" and child.worker is None:
        return f"{by} before it took part"
    worker = None if child.worker is None else str(child.worker)
    return f"{by} after {_records(counts.get(worker, 0))}; {_IN_FLIGHT}"


def killed_by(child: Seen) -> str:
    """Which signal ended a child that one ended."""
    return f"{child.name} was killed by {signal.Signals(-(child.exit_code or 0)).name}"


def _told(events: Sequence[Event], known: set[int | None]) -> Iterator[str]:
    """What the master tells of workers; of those that are known to have been killed it is said already."""
    joined: dict[int, Joined] = {}
    gone: dict[int, Gone] = {}
    for event in events:
        if isinstance(event, Joined):
            joined[event.worker] = event
            gone.pop(event.worker, None)  # who was thought to be lost is back
        elif isinstance(event, Gone):
            gone[event.worker] = event
    for event in gone.values():
        who = joined.get(event.worker, Joined(event.worker, event.name))
        if event.worker in known:
            continue
        if event.why == "lost":
            yield f"{who} was lost after {_records(event.records)}; {_missing(event.missing)}"
        elif event.missing:
            yield f"{who} ended, but {event.missing:,} of its records did not arrive"


def _missing(count: int | None) -> str:
    if count is None:
        return "what it did besides is not known here"
    return f"{count:,} more did not arrive" if count else _IN_FLIGHT


def _undelivered(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        if isinstance(event, Undelivered):
            yield f"not all of {_records(event.records)} reached the master; they are in {event.path}"


def _records(count: int) -> str:
    return f"{count:,} record{'' if count == 1 else 's'}"
