"""What a person at a terminal sees while a run goes on, and what is left of it; a real pseudo-terminal."""

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.conftest import Done, environment
from tests.e2e.servers import Mock

LIMIT_S = 80
HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"
SCRIPT = """
[[phase]]
name = "calm"
for_s = 600
"""


@contextmanager
def at_a_terminal(columns: int, *words: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """`harness run` with a terminal of so many columns as its standard streams."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-m", "harness", "run", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env=environment({"TERM": "xterm-256color"}),
    ) as harness:
        os.close(theirs)
        try:
            yield harness, ours
        finally:
            harness.kill()
            os.close(ours)


def read(terminal: int, until: Callable[[bytes], bool]) -> bytes:
    """What is drawn until that is so, or the end."""
    seen, deadline = b"", time.monotonic() + LIMIT_S
    while not until(seen):
        assert time.monotonic() < deadline, seen
        if not select.select([terminal], [], [], 1.0)[0]:
            continue
        try:
            more = os.read(terminal, 65_536)
        except OSError:  # Linux says so when the other side is closed
            return seen
        if not more:
            return seen
        seen += more
    return seen


def plain(drawn: bytes) -> str:
    return re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", drawn.decode())


def test_a_terminal_shows_the_run_and_is_as_it_was_after_ctrl_c(
    mock: Callable[..., Mock], command: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "script.toml").write_text(SCRIPT)
    server = mock("--latency", "instant", "--limits", "tier1", "--faults", str(tmp_path / "script.toml"))
    out = tmp_path / "run"
    words = ("streaming", "-H", server.url, "-u", "2", "-t", "10m", "--think-time", "0.1", "--out", str(out))
    with at_a_terminal(80, *words) as (harness, terminal):
        drawn = read(terminal, lambda seen: b"phase" in seen and b"left" in seen and b"in flight" in seen)
        harness.send_signal(2)
        drawn += read(terminal, lambda _: False)
        assert harness.wait(LIMIT_S) == 130
    text = plain(drawn)
    assert "phase calm" in text
    assert "requests of 10,000 left" in text
    assert "by phase of the mock" in text
    assert drawn.rindex(SHOW) > drawn.rindex(HIDE), "the cursor is to be seen again"
    run = json.loads((out / "run.json").read_bytes())
    assert list(run["max_tokens"].values()) == [220], "what advice on them follows from"
    (phase,) = run["phases"]
    assert (phase["name"], phase["ended_at"]) == ("calm", None)
    (figures,) = json.loads((out / "summary.json").read_bytes())["phases"]
    assert (figures["name"], figures["requests"]["total"]) == ("calm", len(server.journal()))
    assert "by phase of the mock" in command("harness", "report", out).out, "the phases are kept with the run"
