"""Processes under measurement: started on a core of their own, ended afterwards."""

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult, urlsplit


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
