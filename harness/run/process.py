"""The processes that generate the load: Locust, each in a session of its own, on a leash.

The leash is a child's standard input: when it closes, the child drains (users finish what is in flight and no more is
sent) and ends. So it does when this process dies, however it dies. A child reports on its standard output, one JSON
object a line; its log goes to the run folder.
"""

import os
import selectors
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeAlias

from .said import Event, Status, understood

Role: TypeAlias = Literal["load", "master", "worker"]
"""A child that does everything itself, one that leads workers, one that is led."""

_CHUNK_BYTES = 65_536


class Child:
    """A running child."""

    def __init__(self, role: Role, command: Sequence[str], log: Path, environ: Mapping[str, str]) -> None:
        """Start it; `environ` is where it finds the key."""
        self.role: Role = role
        self.status: Status | None = None
        self.killed = False
        self._heard = b""
        with log.open("ab") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - the command line is ours
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
                env={name: value for name, value in environ.items() if not name.startswith("LOCUST_")},
            )

    @property
    def pid(self) -> int:
        """Its process id, which is its process group's too."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended (negative: the signal that killed it), None while it runs."""
        return self._process.poll()

    def fileno(self) -> int:
        """The descriptor of its standard output."""
        stdout = self._process.stdout
        return -1 if stdout is None else stdout.fileno()

    def hear(self) -> list[Event] | None:
        """What it says now, blocking until it says something; None when there will be no more. Keeps its status."""
        said = os.read(self.fileno(), _CHUNK_BYTES)
        *lines, self._heard = (self._heard + said).split(b"\n")
        events: list[Event] = []
        for meant in map(understood, lines):
            if isinstance(meant, Status):
                self.status = meant
            elif meant is not None:
                events.append(meant)
        return events if said else None

    def drain(self) -> None:
        """Let go of the leash."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def kill(self) -> None:
        """End its whole process group at once, if it still runs."""
        if self.exit_code is None:
            self.killed = True
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()

    def wait(self, wait_s: float) -> None:
        """Wait for its end, so many seconds at most."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(wait_s)

    def close(self) -> None:
        """Close what is left of its pipes."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class Children:
    """The children of a run. Used as a context manager, none outlives the block."""

    def __init__(self, log: Path, environ: Mapping[str, str]) -> None:
        """Children that are launched write their logs to `log` and see `environ`."""
        self._log = log
        self._environ = environ
        self._all: list[Child] = []
        self._draining = False
        self._selector = selectors.DefaultSelector()

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._selector.close()
        for child in self._all:
            child.close()

    def __iter__(self) -> Iterator[Child]:
        return iter(self._all)

    @property
    def running(self) -> list[Child]:
        """Those that have not ended."""
        return [child for child in self._all if child.exit_code is None]

    def launch(self, role: Role, command: Sequence[str]) -> None:
        """Start one more, unless the end has come before."""
        if self._draining:
            return
        child = Child(role, command, self._log, self._environ)
        self._all.append(child)
        self._selector.register(child, selectors.EVENT_READ, child)

    def listen(self, wait_s: float) -> list[Event]:
        """Take in what they say within `wait_s` seconds; returns early when one says something or ends."""
        if not self._selector.get_map():
            for child in self.running[:1]:
                child.wait(wait_s)
            return []
        events: list[Event] = []
        for key, _ in self._selector.select(wait_s):
            heard = key.data.hear()
            if heard is None:
                self._selector.unregister(key.fileobj)
            events += heard or ()
        return events

    def drain(self) -> None:
        """Let go of all leashes."""
        self._draining = True
        for child in self._all:
            child.drain()

    def kill(self) -> None:
        """End all that still run."""
        for child in self._all:
            child.kill()
