"""The workers of one machine, who take part in a run that is led elsewhere: `harness worker`."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console

from ..client.headers import Header
from ..report.live import LiveLine
from ..report.progress import worker_line
from .commands import environ_of, worker_command
from .complaints import complaint
from .conduct import LOCUST_FLAGS
from .course import Seen, Terms, users_of
from .crew import Address
from .endpoint import trust_in
from .exits import Exit
from .folder import RunFolder
from .losses import killed_by
from .ports import check_known
from .process import Children
from .said import Event, Undelivered, Unwritable
from .settings import SettingError
from .supervise import Ending, interrupts, supervise

LOST_CODE: Final = 3
"""How a worker ends that has lost its master."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Who takes part, and what only this machine knows: its labels, its secrets, whom it trusts."""

    master: Address
    processes: int = 1
    labels: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[Header, ...] = field(default=(), repr=False)
    ca_file: str | None = None
    locust_flags: tuple[str, ...] = ()


def join(joining: Joining, out: Path | None, environ: Mapping[str, str], console: Console) -> Exit:
    """Wait for the master, take part in its run, and end with it.

    Raises SettingError for what cannot be meant, before anything is started.
    """
    check_known(joining.master, "--master-host")
    trust_in(joining.ca_file)
    folder = RunFolder.create(out, "worker", time.time())
    console.print(f"worker folder: {folder.path}", soft_wrap=True, highlight=False, markup=False)
    with LiveLine(console) as line:
        ending = _taken_part(joining, folder, environ, line)
    if joining.locust_flags and (why := complaint(folder.locust_log, ending)):
        raise SettingError(LOCUST_FLAGS, why)
    for text in [*ending.why_not, *conclusions(joining.master, ending), *left_behind(folder, ending.events)]:
        console.print(text, soft_wrap=True, highlight=False, markup=False)
    if ending.interrupted:
        return Exit.INTERRUPTED
    return Exit.INVALID if any(child.exit_code for child in ending.children) else Exit.DONE


def _taken_part(joining: Joining, folder: RunFolder, environ: Mapping[str, str], line: LiveLine) -> Ending:
    """Run the workers until they are gone."""

    def tick(elapsed_s: float, seen: Sequence[Seen]) -> str:
        if elapsed_s:
            line.show(elapsed_s, lambda: worker_line(elapsed_s, users_of(seen), sum(child.records for child in seen)))
        return ""

    command = worker_command(joining.master, folder.path, joining.labels, joining.ca_file, joining.locust_flags)
    with ExitStack() as stack:
        noted = stack.enter_context(interrupts())
        children = stack.enter_context(Children(folder.locust_log, environ_of(joining.headers, environ)))
        for _ in range(joining.processes):
            children.launch("worker", command)
        line.say(f"waiting for the master at {joining.master}")
        return supervise(children, noted, Terms(patient=True), heard=lambda _event: None, tick=tick, say=line.say)


def left_behind(folder: RunFolder, events: Sequence[Event]) -> Iterator[str]:
    """What is to be said of spools of workers that were killed: others have told of their own."""
    told = {event.path for event in events if isinstance(event, Undelivered)}
    for spool in sorted(folder.path.glob("spool-*/records-*.jsonl")):
        if str(spool.resolve()) not in told:
            records = spool.read_bytes().count(b"\n")
            yield f"{records:,} records of a killed worker are in {spool}; the master may have some of them already"
            yield _BRING_IN


_BRING_IN: Final = (
    "to bring them in, copy that file into the run folder there, under its name, then: harness report RUN"
)


def conclusions(master: Address, ending: Ending) -> Iterator[str]:
    """What is to be said of workers that have ended."""
    children = ending.children
    failed = [child for child in children if child.exit_code and not child.killed]
    for child in failed:
        if child.exit_code and child.exit_code < 0:
            yield f"{killed_by(child)}; what it had in flight is not recorded"
    unwritable = [event for event in ending.events if isinstance(event, Unwritable)]
    yield from map(str, unwritable)
    if not unwritable and any(child.exit_code == LOST_CODE for child in failed):
        yield f"the master at {master} was lost"
    for child in failed:
        if (child.exit_code or 0) > 0 and child.exit_code != LOST_CODE:
            yield f"{child.name} ended with exit code {child.exit_code} (see locust.log)"
    for event in ending.events:
        if isinstance(event, Undelivered):
            yield f"not all of {event.records:,} records reached the master: they are in {event.path}"
            yield _BRING_IN
    if any(child.killed for child in children):
        yield "stopped before the run was over: what was in flight is not recorded"
    elif not failed:
        yield f"the run is over: {sum(child.records for child in children):,} records"
