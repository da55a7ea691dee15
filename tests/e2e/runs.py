"""Runs of the harness that a test interferes with."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

DEADLINE_S = 60
_AS_HERE: Mapping[str, str] = {}
_ELSEWHERE = """
import os

allowed = os.access
os.access = lambda path, *mode, **more: str(path) != {run!r} and allowed(path, *mode, **more)
"""
"""What Python imports first in a process that is to have no access to a folder, even where it is root."""


@contextmanager
def running(url: str, folder: Path, *flags: str) -> Iterator["subprocess.Popen[str]"]:
    """`harness run streaming` in a session of its own, killed at the end if it should still be there."""
    load = ["-u", "4", "-r", "50", "-t", "10m", "--think-time", "0", "--out", str(folder), *flags]
    with _started(folder, "run", "streaming", "-H", url, *load) as harness:
        yield harness


@contextmanager
def joining(port: int, folder: Path, run: Path, *flags: str) -> Iterator["subprocess.Popen[str]"]:
    """`harness worker` of a master on this machine, likewise, as if on another: it cannot write into `run`."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_ELSEWHERE.format(run=str(run)))
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    master = ["--master-host", "127.0.0.1", "--master-port", str(port)]
    with _started(folder, "worker", *master, "--out", str(folder), *flags, environ={"PYTHONPATH": path}) as worker:
        yield worker


@contextmanager
def _started(folder: Path, *words: str, environ: Mapping[str, str] = _AS_HERE) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "harness", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name != "OPENAI_API_KEY"} | dict(environ),
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
