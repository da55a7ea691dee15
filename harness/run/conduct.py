"""A run from its settings to its exit code."""

import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from enum import IntEnum
from pathlib import Path

from rich.console import Console

from ..client.endpoint import Endpoint
from ..report.live import LiveLine
from ..report.progress import Progress
from ..report.terminal import show
from ..workload import Workload
from .endpoint import endpoint_of, kind_of, shown, trust_of
from .folder import RunFolder
from .process import LoadProcess, load_command, load_environ
from .results import Results
from .settings import RunSettings
from .supervise import Ending, interrupts, supervise
from .tail import Tail

CONNECT_LIMIT_S = 10.0
FAILURES_SHOWN = 8


class Exit(IntEnum):
    """The exit codes of `harness run`."""

    DONE = 0
    USAGE = 2
    INVALID = 3
    INTERRUPTED = 130


class NoServerError(Exception):
    """Nothing can be connected to at the target; the message is one line."""


def conduct(
    settings: RunSettings, out: Path | None, argv: Sequence[str], environ: Mapping[str, str], console: Console
) -> Exit:
    """Run the load, show how it goes, and leave the run folder behind.

    Raises SettingError or ProfileError for what cannot be run, and NoServerError, all before any load.
    """
    folder = prepare(settings, out, argv, environ)
    console.print(f"run folder: {folder.path}", soft_wrap=True, highlight=False, markup=False)
    results = Results()
    ending = _watched(settings, folder, results, environ, console)
    folder.add_to_run(ended_at=time.time(), interrupted=ending.interrupted, why_not=ending.why_not)
    summary = results.written(folder)
    show(
        console,
        summary,
        results.failures.most_common(FAILURES_SHOWN),
        folder.path,
        results.mismatches.lines(FAILURES_SHOWN),
    )
    if ending.interrupted:
        return Exit.INTERRUPTED
    return Exit.DONE if summary.valid else Exit.INVALID


def prepare(settings: RunSettings, out: Path | None, argv: Sequence[str], environ: Mapping[str, str]) -> RunFolder:
    """Check everything that can be checked before any load, then make the run folder."""
    endpoint = endpoint_of(settings, environ)
    trust_of(settings)
    workload = Workload.load(settings.workload or "", seed=settings.seed)
    _check_listening(endpoint)
    now = time.time()
    folder = RunFolder.create(out, workload.name, now)
    folder.start(replace(settings, target=kind_of(settings, endpoint.target)), shown(argv, endpoint), now)
    if endpoint.proxy is not None:
        folder.add_to_run(proxy=str(endpoint.proxy))
    return folder


def _check_listening(endpoint: Endpoint) -> None:
    """Connect once and hang up: a wrong port is better known now than after the run."""
    hop = endpoint.hop
    try:
        socket.create_connection((hop.host, hop.port), CONNECT_LIMIT_S).close()
    except OSError as error:
        hint = "; start a mock with: mockserver serve" if hop.is_loopback and endpoint.proxy is None else ""
        whom = f"{hop}" if endpoint.proxy is None else f"the proxy {hop} that leads to {endpoint.target}"
        raise NoServerError(f"--host: nothing answers at {whom} ({error.strerror or error}){hint}") from None


def _watched(
    settings: RunSettings, folder: RunFolder, results: Results, environ: Mapping[str, str], console: Console
) -> Ending:
    """Run the load process, taking in its records as they come; on return it is gone and all are in."""
    progress = Progress()
    with ExitStack() as stack:
        noted = stack.enter_context(interrupts())
        line = stack.enter_context(LiveLine(console))
        tail = stack.enter_context(Tail(folder.records_jsonl))
        load = stack.enter_context(LoadProcess(load_command(settings, folder), folder, load_environ(settings, environ)))

        def tick(elapsed_s: float) -> None:
            for record in tail.read():
                results.add(record)
                progress.add(record)
            if elapsed_s:
                line.show(elapsed_s, lambda: progress.line(elapsed_s, load.status.users if load.status else 0))

        ending = supervise(
            load, noted, run_time_s=settings.run_time_s, stop_timeout_s=settings.stop_timeout_s, tick=tick, say=line.say
        )
        tick(0.0)
    return ending
