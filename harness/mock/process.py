"""A mock server of our own, for as long as it is needed."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from .control import MockError

END_LIMIT_S: Final = 10.0


@contextmanager
def started(flags: Sequence[str]) -> Iterator[str]:
    """The address of a mock server on a free port of this machine. Raises MockError when it does not start."""
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield _address(process)
        finally:
            process.terminate()
            try:
                process.communicate(timeout=END_LIMIT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(process: "subprocess.Popen[str]") -> str:
    """Where it says that it listens."""
    line = "" if process.stdout is None else process.stdout.readline()
    address = next((word for word in line.split() if word.startswith("http://")), None)
    if address is None:
        process.wait(END_LIMIT_S)
        said = "" if process.stderr is None else process.stderr.read().strip()
        raise MockError(f"the mock server did not start: {said or line.strip() or 'it said nothing'}")
    return address
