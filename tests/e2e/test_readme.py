"""The Locust file of the README, as it stands there, and `make demo`'s script."""

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from profiles.record import Record

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]
Records: TypeAlias = Callable[[Path], list[Record]]

ROOT = Path(__file__).parents[2]
FEW = ("--users", "4", "--stop-timeout", "1s")


def test_the_locust_file_of_the_readme_works(mock: Mock, command: Command, records: Records, tmp_path: Path) -> None:
    server = mock("--latency", "instant")
    example = re.search(r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert example is not None
    (tmp_path / "shopper.py").write_text(example[1])
    done = command("locust", "-f", "shopper.py", "--headless", "--host", server.url, "-u", 2, "-r", 2, "--requests", 2)
    assert done.code == 0, done.err
    (run,) = (tmp_path / "runs").iterdir()
    assert [(record.class_, record.outcome) for record in records(run)] == [("tents", "complete")] * 2


@pytest.mark.skipif(shutil.which("ps") is None, reason="ps is not installed (Debian: procps)")
def test_the_demo_stops_all_that_it_started_when_it_is_interrupted(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, str(ROOT / "scripts" / "demo.py"), "--out", str(tmp_path / "run"), *FEW],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as demo:
        assert demo.stdout is not None
        seen = []
        for line in demo.stdout:
            seen.append(line)
            if "requests" in line and "users" in line:
                demo.send_signal(signal.SIGTERM)
                break
        seen += demo.stdout.readlines()
    assert demo.returncode == 130, "".join(seen)
    (port,) = re.findall(r"http://127.0.0.1:(\d+)", seen[0])
    assert (tmp_path / "run" / "summary.json").exists()
    listed = subprocess.run(["ps", "-ww", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in listed
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(port))) != 0, "the server is gone"
