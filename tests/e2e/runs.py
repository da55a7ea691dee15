"""Runs of the harness that a test interferes with."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

DEADLINE_S = 60


@contextmanager
def running(url: str, folder: Path, *flags: str) -> Iterator["subprocess.Popen[str]"]:
    """`harness run streaming` in a session of its own, killed at the end if it should still be there."""
    environ = {name: value for name, value in os.environ.items() if name != "OPENAI_API_KEY"}
    load = ["-u", "4", "-r", "50", "-t", "10m", "--think-time", "0", "--out", str(folder), *flags]
    with subprocess.Popen(
        [sys.executable, "-m", "harness", "run", "streaming", "-H", url, *load],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env=environ,
    ) as harness:
        try:
            yield harness
        finally:
            harness.kill()
            for pid in processes_of(folder):
                os.kill(pid, signal.SIGKILL)


def wait_for(what: Callable[[], object]) -> None:
    """Return as soon as it is true; fail when that takes unreasonably long."""
    deadline = time.monotonic() + DEADLINE_S
    while not what():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def processes_of(folder: Path) -> list[int]:
    """The processes that were started for this run folder, the harness's own and its child's."""
    if shutil.which("ps") is None:
        pytest.skip("ps is not installed (Debian: procps)")
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if str(folder) in line and "ps -ww" not in line]
