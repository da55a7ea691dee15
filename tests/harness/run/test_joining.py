"""Workers of one machine: what is said of them at the end."""

import socket
from pathlib import Path

import pytest
from rich.console import Console

from harness.run.course import Seen
from harness.run.crew import Address
from harness.run.folder import RunFolder
from harness.run.joining import Joining, conclusions, join, left_behind
from harness.run.said import Event, Undelivered, Unwritable
from harness.run.settings import SettingError
from harness.run.supervise import Ending

MASTER = Address("10.0.0.9", 5557)


def said(*children: Seen, events: tuple[Event, ...] = ()) -> list[str]:
    return list(conclusions(MASTER, Ending(children=children, events=list(events))))


def test_a_run_that_ended_well_is_over() -> None:
    children = [Seen("worker", pid, 0, worker=pid, records=600) for pid in (1, 2)]
    assert said(*children) == ["the run is over: 1,200 records"]


def test_a_lost_master_is_said_once_and_where_the_records_are_kept() -> None:
    children = [Seen("worker", pid, 3, worker=pid) for pid in (1, 2)]
    kept = [Undelivered(f"/s/records-{number}.jsonl", number) for number in (1, 2)]
    lines = said(*children, events=tuple(kept))
    assert lines[0] == "the master at 10.0.0.9:5557 was lost"
    assert lines[1] == "not all of 1 records reached the master: they are in /s/records-1.jsonl"
    assert lines[3].startswith("not all of 2 records")
    assert "harness report RUN" in lines[2]
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (-9, "worker 1 (process 7) was killed by SIGKILL; what it had in flight is not recorded"),
        (2, "worker 1 (process 7) ended with exit code 2 (see locust.log)"),
    ],
)
def test_a_worker_that_failed_is_named(code: int, line: str) -> None:
    assert said(Seen("worker", 7, code, worker=1)) == [line]


def test_a_full_disk_is_said_and_not_taken_for_a_lost_master() -> None:
    event = Unwritable("No space left on device", "/s/records-1.jsonl")
    assert said(Seen("worker", 7, 3, worker=1), events=(event,)) == [
        "records could not be written to /s/records-1.jsonl any more (No space left on device)"
    ]


def test_a_worker_that_was_killed_from_here_did_not_see_the_end_of_the_run() -> None:
    assert said(Seen("worker", 7, -9, worker=1, killed=True, records=3)) == [
        "stopped before the run was over: what was in flight is not recorded"
    ]


def test_the_spool_of_a_worker_that_was_killed_is_named(tmp_path: Path) -> None:
    for worker in (0, 1):
        spool = tmp_path / "spool-run" / f"records-{worker}.jsonl"
        spool.parent.mkdir(exist_ok=True)
        spool.write_text("{}\n{}\n")
    told_already = Undelivered(str((tmp_path / "spool-run/records-0.jsonl").resolve()), 2)
    found, what_to_do = left_behind(RunFolder(tmp_path), [told_already])
    assert found.startswith(f"2 records of a killed worker are in {tmp_path}/spool-run/records-1.jsonl")
    assert what_to_do.startswith("to bring them in, copy that file into the run folder")


def test_what_is_wrong_on_this_machine_is_said_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(SettingError, match=r"^--master-host: far.example is not known \(Name or service not known\)"):
        join(Joining(master=Address("far.example", 1)), tmp_path, {}, Console())
    monkeypatch.undo()
    here = Joining(master=Address("127.0.0.1", 1), ca_file=str(tmp_path / "none.pem"))
    with pytest.raises(SettingError, match=r"^--ca-file: "):
        join(here, tmp_path, {}, Console())
    assert list(tmp_path.iterdir()) == []
