"""Processes under measurement: started on a core of their own, ended afterwards, their CPU time read."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

MOCKSERVER: Final = str(Path(sys.executable).parent / "mockserver")

_SCHEDULER_CLOCK: Final = 2


def cores() -> tuple[int, int]:
    """A core for the server and one for its client: the first and the last that may be used."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


@contextlib.contextmanager
def pinned(core: int) -> Iterator[None]:
    """What is started in the block stays on `core`, and so does all that it starts."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def served(command: Sequence[str], core: int) -> Iterator[tuple[int, SplitResult]]:
    """The process id and address of a server that listens, on `core`."""
    with pinned(core):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            start_line = process.stdout.readline()
            yield process.pid, urlsplit(next(word for word in start_line.split() if word.startswith("http://")))
        finally:
            process.terminate()


def cpu_s(pid: int) -> float:
    """CPU seconds of a process, all threads, to the nanosecond: its CPU clock, by the number that Linux gives it."""
    return time.clock_gettime(~pid << 3 | _SCHEDULER_CLOCK)


def memory_kib(pid: int) -> int:
    """What a process has in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


def printed_s(command: Sequence[str]) -> float:
    """Seconds from the start of a command to the first line that it prints; it is ended then."""
    begin_s = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        took_s = time.perf_counter() - begin_s
        process.terminate()
    if not said:
        sys.exit(f"{command[0]} ended without a word")
    return took_s
