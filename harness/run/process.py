"""The child process that generates the load: Locust, in a session of its own, on a leash.

The leash is the child's standard input: when it closes, the child drains (users finish what is in flight and no more
is sent) and ends. So it does when this process dies, however it dies. The child reports on its standard output, one
JSON object a line; its log goes to the run folder.
"""

import math
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from .endpoint import HEADERS_VARIABLE
from .folder import RunFolder
from .settings import RunSettings

LOCUSTFILE = Path(__file__).parent.parent / "locustfile.py"
_CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Status:
    """What the child said last: Locust's state and how many users are running."""

    state: str
    users: int


def load_command(settings: RunSettings, folder: RunFolder) -> list[str]:
    """The command line of the child. It holds no time limit, because the parent owns the time, and never the key."""
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--headless", "--supervised", "--only-summary"]
    options: Mapping[str, Any] = {
        "--host": settings.host,
        "--users": settings.users,
        "--spawn-rate": settings.spawn_rate,
        "--stop-timeout": math.ceil(settings.stop_timeout_s),
        "--exit-code-on-error": 0,
        "--out": folder.path,
        "--workload": settings.workload,
        "--seed": settings.seed,
        "--retry": settings.retry,
        "--requests": settings.requests,
        "--model": settings.model,
        "--think-time": settings.think_time_s,
        "--path-prefix": settings.path_prefix,
        "--api": settings.api,
        "--api-version": settings.api_version,
        "--extra-body": None if settings.extra_body is None else orjson.dumps(settings.extra_body).decode(),
        "--target": settings.target,
        "--ca-file": settings.ca_file,
    }
    command += [f"{flag}={value}" for flag, value in options.items() if value is not None]
    return [*command, "--allow-http"] if settings.allow_http else command


def load_environ(settings: RunSettings, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the child: the key is in it, and the headers, which no process list is to show."""
    headers = "\n".join(f"{name}: {value}" for name, value in settings.headers)
    return {**environ, HEADERS_VARIABLE: headers}


class LoadProcess:
    """The running child. Used as a context manager, it never outlives the block."""

    def __init__(self, command: list[str], folder: RunFolder, environ: Mapping[str, str]) -> None:
        """Start the child; `environ` is where it finds the key."""
        with folder.locust_log.open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603 - the command line is ours
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                env={name: value for name, value in environ.items() if not name.startswith("LOCUST_")},
            )
        self._heard = b""
        self._selector = selectors.DefaultSelector()
        if self._child.stdout is not None:
            self._selector.register(self._child.stdout, selectors.EVENT_READ)
        self.status: Status | None = None

    def __enter__(self) -> "LoadProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._selector.close()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def pid(self) -> int:
        """The child's process id, which is its process group's too."""
        return self._child.pid

    def exit_code(self) -> int | None:
        """How the child ended (negative: the signal that killed it), None while it runs."""
        return self._child.poll()

    def listen(self, wait_s: float) -> None:
        """Take in what the child says within `wait_s` seconds; returns early when it says something or ends."""
        if not self._selector.get_map():
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(wait_s)
            return
        for key, _ in self._selector.select(wait_s):
            said = os.read(key.fd, _CHUNK_BYTES)
            if not said:
                self._selector.unregister(key.fileobj)
            *lines, self._heard = (self._heard + said).split(b"\n")
            for line in lines:
                self.status = _parsed(line) or self.status

    def drain(self) -> None:
        """Let go of the leash."""
        if self._child.stdin is not None:
            self._child.stdin.close()

    def kill(self) -> None:
        """End the child's whole process group at once, if it still runs."""
        if self._child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()


def _parsed(line: bytes) -> Status | None:
    """The status in a line; None for anything else that found its way to standard output."""
    try:
        said = orjson.loads(line)
        return Status(str(said["state"]), int(said["users"]))
    except (ValueError, TypeError, KeyError):
        return None
