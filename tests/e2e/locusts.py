"""Plain Locust in several processes, each group in a session of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

from tests.e2e.conftest import environment

LOCUSTFILE = Path(__file__).parents[2] / "harness" / "locustfile.py"
Process: TypeAlias = "subprocess.Popen[str]"


@contextmanager
def locust(
    folder: Path, *flags: object, log: str = "locust", environ: dict[str, str] | None = None
) -> Iterator[Process]:
    """Our Locust file in this folder, logging under this name; whatever is left of it is killed at the end."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--only-summary", *map(str, flags)]
    with (
        _log(folder, log).open("w") as lines,
        subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=lines,
            text=True,
            start_new_session=True,
            env=environment(environ),
        ) as process,
    ):
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def said(folder: Path, log: str = "locust") -> str:
    """What the one with this log in this folder has said."""
    return _log(folder, log).read_text()


def _log(folder: Path, name: str) -> Path:
    return folder / f"{name}.log"
