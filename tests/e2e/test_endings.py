"""How a run ends when somebody ends it: nothing is left running, and nothing that was sent is missing."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from profiles.record import Record
from tests.e2e.runs import DEADLINE_S, processes_of, running, wait_for

Mock: TypeAlias = Callable[..., Any]
Records: TypeAlias = Callable[[Path], list[Record]]

SLOW = ("--latency", "constant", "--ttft-ms", "400", "--itl-ms", "1", "--reply-tokens", "fill")
STUCK = ("--latency", "constant", "--ttft-ms", "3600000", "--itl-ms", "0", "--reply-tokens", "fill")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_lets_users_finish_and_records_all_that_was_sent(
    mock: Mock, records: Records, tmp_path: Path, number: signal.Signals
) -> None:
    server, folder = mock(*SLOW), tmp_path / "run"
    with running(server.url, folder) as harness:
        wait_for(lambda: len(server.journal()) > 4)
        harness.send_signal(number)
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 130
    assert "stopping" in out
    assert processes_of(folder) == []
    seen = records(folder)
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert {record.outcome for record in seen} == {"complete"}
    assert (folder / "summary.json").exists()


def test_what_cannot_finish_in_time_is_recorded_as_cancelled(mock: Mock, records: Records, tmp_path: Path) -> None:
    server, folder = mock(*STUCK), tmp_path / "run"
    with running(server.url, folder, "--stop-timeout", "1s") as harness:
        wait_for(lambda: len(server.journal()) == 4)
        harness.send_signal(signal.SIGINT)
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 130
    assert "4  cancelled" in out
    seen = records(folder)
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert {record.outcome for record in seen} == {"cancelled"}
    assert all(record.done_ms for record in seen)


def test_a_second_interrupt_ends_it_at_once(mock: Mock, tmp_path: Path) -> None:
    server, folder = mock(*STUCK), tmp_path / "run"
    with running(server.url, folder, "--stop-timeout", "1h") as harness:
        assert harness.stdout is not None
        wait_for(lambda: len(server.journal()) == 4)
        harness.send_signal(signal.SIGINT)
        for line in harness.stdout:
            if "stopping" in line:
                break
        harness.send_signal(signal.SIGINT)
        harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 130
    assert processes_of(folder) == []


def test_the_load_ends_when_the_parent_is_killed(mock: Mock, records: Records, tmp_path: Path) -> None:
    server, folder = mock(*SLOW), tmp_path / "run"
    with running(server.url, folder) as harness:
        wait_for(lambda: len(server.journal()) > 4)
        harness.kill()
        wait_for(lambda: processes_of(folder) == [])
    assert {record.id for record in records(folder)} == {entry["client_id"] for entry in server.journal()}


def test_an_interrupt_before_the_load_begins_is_an_interrupt(mock: Mock, tmp_path: Path) -> None:
    server, folder = mock("--latency", "instant"), tmp_path / "run"
    with running(server.url, folder) as harness:
        wait_for((folder / "locust.log").exists)
        harness.send_signal(signal.SIGINT)
        harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 130
    assert processes_of(folder) == []
