"""`make demo`: start a mock server with limits and faults on, load it for half a minute, show what came of it.

Arguments are added to those of `harness run`.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

SERVER = ["--port", "0", "--limits", "tier1", "--faults", "flaky", "--seed", "1"]
LOAD = ["--users", "50", "--spawn-rate", "25", "--run-time", "30s", "--retry", "backoff", "--seed", "1"]
HARNESS = [sys.executable, "-m", "harness", "run", "demo"]
STOP_WAIT_S = 10


def main() -> int:
    """Run the demo; the exit code is the harness's."""
    with mock_server() as url:
        return run_harness(url)


@contextmanager
def mock_server() -> Iterator[str]:
    """A mock server on a free port, in a session of its own: Ctrl-C is for the harness first. Yields its URL."""
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "mockserver", "serve", *SERVER],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        try:
            yield announced_url(server)
        except StartError:
            log.seek(0)
            sys.exit(f"demo: the mock server did not start: {log.read().strip()}")
        finally:
            stop(server)


class StartError(Exception):
    """The server ended before it listened."""


def announced_url(server: "subprocess.Popen[str]") -> str:
    """The URL in the server's start line, which it prints when it listens."""
    for line in server.stdout or ():
        print(line.rstrip(), flush=True)
        for word in line.split():
            if word.startswith("http://"):
                return word.rstrip(".,;")
    raise StartError


def run_harness(url: str) -> int:
    """Run the load in the foreground; SIGTERM is passed on, Ctrl-C reaches the harness by itself."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENAI_API_KEY"}
    harness = subprocess.Popen([*HARNESS, "--host", url, *LOAD, *sys.argv[1:]], env=environment)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGTERM:
            harness.send_signal(number)

    signal.signal(signal.SIGINT, pass_on)
    signal.signal(signal.SIGTERM, pass_on)
    return harness.wait()


def stop(server: "subprocess.Popen[str]") -> None:
    """End the server, politely first."""
    server.terminate()
    try:
        server.wait(STOP_WAIT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    os.chdir(Path(__file__).parent.parent)
    sys.exit(main())
