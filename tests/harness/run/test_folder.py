"""The run folder on disk."""

import errno
import json
import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from harness.run.folder import RunFolder
from harness.run.results import UNENDED, Results
from harness.run.settings import RunSettings, SettingError
from profiles.record import Record

SETTINGS = RunSettings(host="http://127.0.0.1:1", workload="basic", users=3, seed=7)
RECORD = Record(
    id="c.1", attempt=1, class_="a", model="m", stream=False, intended_at=1.0, sent_at=1.0, outcome="complete"
)


def started(path: Path) -> RunFolder:
    folder = RunFolder.create(path, "basic", 0.0)
    folder.start(SETTINGS, ["harness", "run"], 1700000000.0)
    return folder


def test_run_json_says_what_is_run_and_with_what(tmp_path: Path) -> None:
    run = json.loads(started(tmp_path / "a" / "b").run_json.read_bytes())
    assert run["settings"]["seed"] == 7
    assert run["command"] == ["harness", "run"]
    assert run["started_at"] == 1700000000.0
    assert run["id"] not in ("", json.loads(started(tmp_path / "c").run_json.read_bytes())["id"])
    assert set(run["versions"]) == {"dummyload", "locust", "python"}


def test_unnamed_runs_of_the_same_second_get_folders_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second, other = (RunFolder.create(None, "basic", at) for at in (0.0, 0.0, 86_400.0))
    assert first.path.parent == Path("runs")
    assert first.path.name.startswith("basic-")
    assert second.path.name == f"{first.path.name}-2"
    assert other.path.name.startswith("basic-")
    assert other.path != first.path


def test_a_folder_that_holds_a_run_is_not_written_into(tmp_path: Path) -> None:
    started(tmp_path)
    with pytest.raises(SettingError, match=r"^--out: .* already holds a run"):
        RunFolder.create(tmp_path, "basic", 0.0)


def test_a_file_in_the_way_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match=r"^--out: .*cannot be written.*name another folder$"):
        RunFolder.create(tmp_path / "file" / "run", "basic", 0.0)


def test_records_are_read_back_without_the_line_that_a_crash_cut(tmp_path: Path) -> None:
    folder = started(tmp_path)
    folder.records_jsonl.write_bytes(RECORD.to_json() + b"\n" + RECORD.to_json()[:20])
    assert list(folder.records()) == [RECORD]


def test_the_records_of_workers_are_read_file_by_file_each_without_its_cut_line(tmp_path: Path) -> None:
    folder = started(tmp_path)
    numbered = {name: replace(RECORD, id=f"{name}.1") for name in ("records", "records-2", "records-10")}
    for name, record in numbered.items():
        (tmp_path / f"{name}.jsonl").write_bytes(record.to_json() + b"\n" + RECORD.to_json()[:20])
    for other in ("records-2.jsonl.bak", "records-x.jsonl", "more-records-1.jsonl"):
        (tmp_path / other).write_bytes(RECORD.to_json() + b"\n")
    assert [path.stem for path in folder.record_files()] == list(numbered)
    assert list(folder.records()) == list(numbered.values())
    assert folder.records_of(10) == folder.record_files()[-1]


def test_a_run_whose_processes_recorded_nothing_has_no_records(tmp_path: Path) -> None:
    assert list(started(tmp_path).records()) == []


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    folder = started(tmp_path)
    folder.records_jsonl.write_bytes(RECORD.to_json() + b"\n{}\n")
    with pytest.raises(SettingError, match=r"records.jsonl, line 2: "):
        list(folder.records())


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="is not a run folder"):
        RunFolder(tmp_path).run()


def test_later_facts_are_added_to_run_json(tmp_path: Path) -> None:
    folder = started(tmp_path)
    folder.keep_run(folder.run() | {"ended_at": 5.0})
    assert folder.run()["settings"]["workload"] == "basic"
    assert folder.run()["ended_at"] == 5.0


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk on which there is room for names, but not for what is in files."""

    def refuse(path: Path, data: bytes) -> None:
        path.open("wb").close()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)


@pytest.mark.usefixtures("full")
def test_a_disk_that_is_full_before_the_run_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingError) as refused:
        started(tmp_path / "run")
    assert str(refused.value) == (
        f"--out: {tmp_path}/run/run.json cannot be written (No space left on device); name another folder"
    )
    assert list((tmp_path / "run").iterdir()) == []


def test_what_is_known_of_a_run_outlives_a_full_disk(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = started(tmp_path)
    folder.records_jsonl.write_bytes(replace(RECORD, status=200).to_json() + b"\n")
    before = folder.run_json.read_bytes()
    request.getfixturevalue("full")
    summary = Results.of(folder.records()).concluded(folder, ended_at=2.0, why_not=["the disk is full"])
    assert summary.why_not == (
        "the disk is full",
        f"{folder.run_json} cannot be written (No space left on device)",
    )
    assert folder.run_json.read_bytes() == before
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["records.jsonl", "run.json"]


def test_a_run_that_nobody_saw_end_proves_nothing(tmp_path: Path) -> None:
    folder = started(tmp_path)
    results = Results.of([replace(RECORD, status=200)])
    assert results.summary(folder.run()).why_not == (UNENDED,)
    assert results.concluded(folder, ended_at=2.0).valid
    assert results.summary(folder.run()).valid
