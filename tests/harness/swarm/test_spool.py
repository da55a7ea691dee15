"""Where a worker writes."""

from pathlib import Path

import pytest

from harness.run.folder import RunFolder
from harness.run.settings import RunSettings, SettingError
from harness.swarm.messages import Assignment
from harness.swarm.spool import Place, place_of


def run_of(path: Path) -> str:
    folder = RunFolder.create(path, "basic", 0.0)
    folder.start(RunSettings(host="http://127.0.0.1:1", workload="basic"), ["harness", "run"], 0.0)
    return str(folder.run()["id"])


def assignment(run: str, folder: Path) -> Assignment:
    return Assignment(run=run, worker=2, workers=3, folder=str(folder), workload=None, workload_text=None)


def test_who_sees_the_run_folder_writes_into_it(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run")
    place = place_of(assignment(run, tmp_path / "run"), tmp_path / "own")
    assert place == Place(tmp_path / "run" / "records-2.jsonl", shared=True)
    assert not (tmp_path / "own").exists()


def test_the_folder_of_another_run_is_left_alone(tmp_path: Path) -> None:
    run_of(tmp_path / "run")
    for folder in (tmp_path / "run", tmp_path / "nowhere"):
        place = place_of(assignment("0123", folder), tmp_path / "own")
        assert place == Place(tmp_path / "own" / "spool-0123" / "records-2.jsonl", shared=False)


def test_a_delivered_spool_goes_and_its_folder_with_the_last(tmp_path: Path) -> None:
    place = place_of(assignment("0123", tmp_path / "nowhere"), tmp_path)
    place.path.touch()
    other = place.path.with_name("records-0.jsonl")
    other.touch()
    place.clear()
    assert [path.name for path in place.path.parent.iterdir()] == ["records-0.jsonl"]
    Place(other, shared=False).clear()
    assert list(tmp_path.iterdir()) == []


def test_a_spool_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingError, match=r"^--out: .*cannot be written.*name another folder$"):
        place_of(assignment("0123", tmp_path / "nowhere"), tmp_path / "file")
