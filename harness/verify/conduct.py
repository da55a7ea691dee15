"""A verification from its settings to its exit code: levels of load, then every fault, against one mock server."""

import datetime
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from profiles.record import Record

from ..mock.control import MockControl
from ..mock.process import started
from ..run.exits import Exit
from ..run.folder import RunFolder
from ..run.proven import Proven, this_machine
from .asked import BOTH_WAYS, FAULTY, STEADY, STREAMS
from .differences import joined
from .level import AS_USUAL, Bounds, Level, level
from .matrix import Matrix
from .report import Verification, show

DEFAULT_STREAMS: Final = (100, 200, 400, 800)
DEFAULT_STEADY_S: Final = 8.0
"""Enough for a p99 at the lowest level."""
GROWS_S: Final = 2.0
"""How long the users of a level take to come."""
STREAM_S: Final = 3.0
"""Longer than a stream and its pause: after so much more the load is steady."""
MATRIX_REQUESTS: Final = 3000
MATRIX_USERS: Final = 12
SEED: Final = 5
MOCK_FLAGS: Final = ("--seed", str(SEED), "--journal-chunks")
NOT_PROVEN: Final = 1
DRAIN_S: Final = 10


class RunFailedError(Exception):
    """A run of the verification did not come about; one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """What is to be verified. `host` is a running mock server's, None for one of our own; `steady_s` is how long each
    level is measured once its load is steady; `outcomes` is whether every fault is tried too."""

    host: str | None = None
    streams: Sequence[int] = DEFAULT_STREAMS
    steady_s: float = DEFAULT_STEADY_S
    outcomes: bool = True
    bounds: Bounds = AS_USUAL


def verify(
    asked: Verify,
    environ: Mapping[str, str],
    *,
    clock: Callable[[], float],
    console: Console,
    json_file: Path | None = None,
) -> int:
    """Measure, show, and keep what is proven; the exit code. `clock` tells epoch seconds.

    Raises MockError and RunFailedError.
    """
    with _mock(asked.host, environ) as host, tempfile.TemporaryDirectory(prefix="verify-") as folder:
        mock = MockControl.at(host, environ)
        found = _measured(asked, mock, Drive(host, Path(folder), environ, clock), console)
    show(console, found)
    if json_file is not None:
        json_file.write_bytes(found.to_json())
    if found.holds and found.proven_streams is not None:
        today = datetime.datetime.fromtimestamp(clock(), datetime.UTC).date().isoformat()
        kept = Proven(found.proven_streams, this_machine(), today).keep(environ)
        if kept is not None:
            console.print(f"kept in {kept}: later runs beyond it say so", soft_wrap=True, highlight=False)
    return 0 if found.holds else NOT_PROVEN


@dataclass(frozen=True, slots=True)
class Drive:
    """Drives a mock by real runs of the harness, a folder each."""

    host: str
    folder: Path
    environ: Mapping[str, str]
    clock: Callable[[], float]

    def run(self, name: str, workload: str, *flags: str) -> list[Record]:
        """The records of a run of this workload (TOML). Raises RunFailedError."""
        path, out = self.folder / f"{name}.toml", self.folder / name
        path.write_text(workload)
        command = (*(sys.executable, "-m", "harness", "run", str(path)), *("--host", self.host, "--target", "mock"))
        ends = ("--retry", "none", "--seed", str(SEED), "--stop-timeout", f"{DRAIN_S}s", "--out", str(out))
        environ = {name: value for name, value in self.environ.items() if name != "OPENAI_API_KEY"}
        done = subprocess.run(  # noqa: S603 - the command line is ours
            (*command, *ends, *flags), capture_output=True, text=True, env=environ, check=False
        )
        if done.returncode not in (Exit.DONE, Exit.INVALID):  # how far it can be trusted is what we are here to see
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise RunFailedError(f"a run of {name} ended with exit code {done.returncode}: {said[-1] if said else ''}")
        return list(RunFolder(out).records())


@contextmanager
def _mock(host: str | None, environ: Mapping[str, str]) -> Iterator[str]:
    """The address of a mock to verify against; a running one is set back afterwards."""
    if host is None:
        with started(MOCK_FLAGS) as own:
            yield own
        return
    MockControl.at(host, environ).last_seq()
    try:
        yield host
    finally:
        MockControl.at(host, environ).reset()


def _measured(asked: Verify, mock: MockControl, drive: Drive, console: Console) -> Verification:
    levels: list[Level] = []
    chunks = True
    mock.change(STEADY)
    for number, streams in enumerate(asked.streams, start=1):
        with console.status(f"{streams:,} streams ({number} of {len(asked.streams)} levels)"):
            found, chunks = _level(asked, mock, drive, streams)
        levels.append(found)
        _say(console, found)
        if found.not_held:
            break
    matrix = None
    if asked.outcomes:
        with console.status("every kind of fault"):
            matrix = _matrix(mock, drive)
    return Verification(levels=levels, bounds=asked.bounds, matrix=matrix, chunks=chunks)


def _level(asked: Verify, mock: MockControl, drive: Drive, streams: int) -> tuple[Level, bool]:
    since, begun_at = mock.last_seq(), drive.clock()
    length_s = GROWS_S + STREAM_S + asked.steady_s
    load = ("--users", str(streams), "--spawn-rate", str(streams / GROWS_S), "--run-time", f"{length_s:g}s")
    records = drive.run(f"streams-{streams}", STREAMS, *load)
    entries = list(mock.journal(since))
    first_at = min((record.sent_at for record in records if record.sent_at is not None), default=begun_at)
    found = level(
        streams,
        records,
        entries,
        bounds=asked.bounds,
        settled_at=first_at + GROWS_S + STREAM_S,
        mock_late_ms=max((second.pacing_max_ms for second in mock.health(begun_at)), default=None),
    )
    return found, any(entry.chunks is not None for entry in entries)


def _matrix(mock: MockControl, drive: Drive) -> Matrix:
    mock.change(FAULTY)
    since = mock.last_seq()
    load = ("--users", str(MATRIX_USERS), "--spawn-rate", "50", "--requests", str(MATRIX_REQUESTS))
    records = drive.run("faults", BOTH_WAYS, *load)
    pairs, _, _ = joined(records, mock.journal(since))
    return Matrix.of(pairs)


def _say(console: Console, found: Level) -> None:
    held = "; ".join(found.not_held) or "within the bounds"
    console.print(f"{found.streams:>6,} streams: {held}", highlight=False, soft_wrap=True, markup=False)
