"""Ctrl-C while a command still imports what it needs."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from profiles.interruption import ending_at_once

PATIENCE_S = 60
_HEARS = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""Runs a command that hears of Ctrl-C, whoever started the tests: a shell's background jobs ignore it."""
_WAITS = "import sys; print('importing', flush=True); sys.stdin.read()\n"


@pytest.mark.parametrize("command", ["mockserver", "harness"])
def test_ctrl_c_during_the_imports_ends_a_command_without_a_traceback(command: str, tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text(_WAITS)
    process = subprocess.Popen(
        [sys.executable, "-c", _HEARS, sys.executable, "-m", command],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "importing\n"
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        process.wait(PATIENCE_S)
    assert (said, process.returncode) == ("", -signal.SIGINT)


def test_whoever_handles_the_signal_goes_on_to() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ending_at_once():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with ending_at_once():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
