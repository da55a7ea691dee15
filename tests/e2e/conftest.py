"""Real processes: mock servers on free ports, and commands run to their end."""

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from profiles.record import Record

ROOT = Path(__file__).parents[2]
LIMIT_S = 90


@dataclass(frozen=True, slots=True)
class Mock:
    """A running mock server."""

    url: str

    def journal(self, context: ssl.SSLContext | None = None) -> list[dict[str, Any]]:
        """What it knows of every chat completion it was asked for; `context` says whom to believe over https."""
        with urllib.request.urlopen(f"{self.url}/_mock/requests?limit=10000", context=context) as answer:
            entries: list[dict[str, Any]] = json.load(answer)["requests"]
        return [entry for entry in entries if entry["route"] == "/v1/chat/completions"]


@contextmanager
def serving(*flags: str) -> Iterator[Mock]:
    """A mock server with these flags."""
    server = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "serve", "--port", "0", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    with server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            yield Mock(next(word.rstrip(".,;") for word in line.split() if word.startswith(("http://", "https://"))))
        finally:
            server.send_signal(signal.SIGTERM)


@pytest.fixture
def mock() -> Iterator[Callable[..., Mock]]:
    """Starts mock servers that end with the test: `mock("--seed", "1")`."""
    with ExitStack() as stack:
        yield lambda *flags: stack.enter_context(serving(*flags))


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., Done]:
    """Runs `python -m MODULE ARGS...` in an empty folder to its end, without a key unless `environ` has one."""

    def run(module: str, *args: str, environ: Mapping[str, str] | None = None) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, args)],
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            cwd=tmp_path,
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
