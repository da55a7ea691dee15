"""What a run makes of servers that go away and of disks that fill up."""

import json
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeAlias

from harness.run.folder import RunFolder
from harness.run.results import Results
from tests.e2e.runs import DEADLINE_S, running, wait_for
from tests.e2e.servers import serving
from tests.ports import held_port

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]

LOCUSTFILE = Path(__file__).parents[2] / "harness" / "locustfile.py"
INSTANT = ("--latency", "instant")
ENDLESS = ("--latency", "constant", "--ttft-ms", "10", "--itl-ms", "3600000", "--reply-tokens", "fill")

FULL_DISK = """
import resource, runpy, sys

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
"""Runs a module on a disk where no file has room for more than a few dozen records."""


def outcomes(folder: Path) -> Counter[str]:
    """What the records say so far."""
    return Counter(record.outcome for record in RunFolder(folder).records()) if folder.exists() else Counter()


def fold_again(folder: Path) -> bytes:
    """The summary as the records and run.json make it."""
    run = RunFolder(folder)
    return Results.of(run.records()).summary(run.run()).to_json()


def test_a_run_goes_on_while_its_server_is_started_anew(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with held_port() as port, ExitStack() as stack:
        with serving(*ENDLESS, "--port", str(port)) as server:
            harness = stack.enter_context(running(server.url, folder, "--think-time", "0.1"))
            wait_for(lambda: sum("first_token_at" in entry for entry in server.journal()) == 4)
        wait_for(lambda: outcomes(folder)["connect_error"] >= 4)
        with serving(*INSTANT, "--port", str(port)) as server:
            wait_for(lambda: outcomes(folder)["complete"] >= 4)
            harness.send_signal(signal.SIGINT)
            out, _ = harness.communicate(timeout=DEADLINE_S)
            told = server.journal()
    seen = sorted(RunFolder(folder).records(), key=lambda record: record.sent_at or 0)
    assert [record.outcome for record in seen[:4]] == ["disconnected"] * 4
    assert {record.outcome for record in seen[4:]} == {"connect_error", "complete"}
    assert {record.detail for record in seen if record.outcome == "connect_error"} == {"refused"}
    assert {record.id for record in seen if record.outcome == "complete"} == {entry["client_id"] for entry in told}
    assert harness.returncode == 130, out
    assert (folder / "summary.json").read_bytes() == fold_again(folder)
    assert json.loads((folder / "summary.json").read_bytes())["why_not"] == []


def test_a_run_whose_server_is_gone_for_good_ends_by_its_time_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with ExitStack() as stack:
        with serving(*INSTANT) as server:
            harness = stack.enter_context(running(server.url, folder, "--think-time", "0.2", "-t", "3s"))
            wait_for(lambda: outcomes(folder)["complete"])
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 0, "it had its answers while the server was there"
    assert "time is up" in out
    assert f"{outcomes(folder)['connect_error']}  connect_error: refused" in out
    assert (folder / "summary.json").read_bytes() == fold_again(folder)


def test_a_name_that_nobody_knows_is_said_before_any_load(command: Command, tmp_path: Path) -> None:
    done = command("harness", "run", "basic", "-H", "http://nowhere.invalid", "--target", "mock", "-n", 1)
    assert done.code == 3
    assert done.err.startswith("harness: --host: nothing answers at http://nowhere.invalid")
    assert done.err.count("\n") == 1
    assert not (tmp_path / "runs").exists()


def test_a_disk_that_fills_up_ends_the_run_and_costs_no_record_that_was_kept(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "full_disk.py").write_text(FULL_DISK)
    server, folder = mock(*INSTANT), tmp_path / "run"
    done = command(
        *("full_disk", "harness", "run", "streaming", "-H", server.url, "-u", 4, "-r", 50, "-t", "10m"),
        *("--think-time", 0, "--out", "run"),
    )
    assert (done.code, done.err) == (3, "")
    assert "run/records.jsonl cannot be written (File too large)\n" in done.out
    why = "records could not be written to run/records.jsonl any more (File too large)"
    assert f"not a valid run: {why}" in done.out
    assert (folder / "records.jsonl").read_bytes().endswith(b"}\n")
    kept = {record.id for record in RunFolder(folder).records()}
    assert kept < {entry["client_id"] for entry in server.journal()}
    assert len(kept) > 4
    summary = json.loads((folder / "summary.json").read_bytes())
    assert (summary["valid"], summary["why_not"]) == (False, [why])
    assert summary["requests"]["by_outcome"] == {"complete": len(kept)}
    assert "Traceback" not in (folder / "locust.log").read_text()
    again = command("harness", "report", "run")
    assert (again.code, again.err) == (0, "")
    assert f"not a valid run: {why}" in again.out


def test_plain_locust_ends_too_when_the_disk_is_full(mock: Mock, command: Command, tmp_path: Path) -> None:
    (tmp_path / "full_disk.py").write_text(FULL_DISK)
    server = mock(*INSTANT)
    done = command(
        *("full_disk", "locust", "-f", LOCUSTFILE, "--headless", "-H", server.url, "-u", 4, "-r", 50, "-t", "10m"),
        *("--think-time", 0, "--workload", "streaming", "--only-summary", "--out", "run"),
    )
    assert done.code == 3, done.err
    why = "records could not be written to run/records.jsonl any more (File too large)"
    assert f"not a valid run: {why}" in done.err
    assert "Traceback" not in done.err
    assert json.loads((tmp_path / "run" / "summary.json").read_bytes())["why_not"] == [why]
