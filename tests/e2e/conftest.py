"""Real processes: mock servers on free ports, and commands run to their end."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from profiles.record import Record
from tests.e2e.servers import Mock, serving

LIMIT_S = 90


@pytest.fixture(scope="module")
def mocks() -> Iterator[Callable[..., Mock]]:
    """Mock servers of a module, one for each set of flags."""
    with ExitStack() as stack:
        yield cache(lambda *flags: stack.enter_context(serving(*flags)))


@pytest.fixture
def mock(mocks: Callable[..., Mock]) -> Callable[..., Mock]:
    """Starts mock servers, `mock("--seed", "1")`, or gives the module's one with these flags; its journal is empty."""
    return lambda *flags: mocks(*flags).from_now()


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., Done]:
    """Runs `python -m MODULE ARGS...` in an empty folder to its end, without a key unless `environ` has one."""
    return command_in(tmp_path)


def command_in(folder: Path) -> Callable[..., Done]:
    """The same in a folder that a test has."""

    def run(module: str, *args: str, environ: Mapping[str, str] | None = None) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, args)],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            cwd=folder,
            env=environment(environ),
            stdin=subprocess.DEVNULL,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without the user's own key, proxies and endpoint."""
    own = ("OPENAI_API_KEY", *(f"{name}_PROXY" for name in ("HTTP", "HTTPS", "ALL", "NO")))
    kept = {name: value for name, value in os.environ.items() if name.upper() not in own}
    return {name: value for name, value in kept.items() if not name.startswith("HARNESS_")} | dict(more or {})


@pytest.fixture
def records() -> Callable[[Path], list[Record]]:
    """Reads the records of a run folder."""

    def read(folder: Path) -> list[Record]:
        return [Record.from_json(line) for line in (folder / "records.jsonl").read_bytes().splitlines()]

    return read
