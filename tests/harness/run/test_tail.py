"""Reading records while they are written."""

from pathlib import Path

from harness.run.tail import Tail, Tails
from profiles.record import Record


def record(number: int) -> Record:
    return Record(
        id=f"c{number}.1", attempt=1, class_="a", model="m", stream=False, intended_at=1.0, outcome="complete"
    )


def test_each_record_comes_once_and_only_when_its_line_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.touch()
    with path.open("ab", buffering=0) as file, Tail(path) as tail:
        assert list(tail.read()) == []
        line = record(1).to_json() + b"\n"
        file.write(line[:30])
        assert list(tail.read()) == []
        file.write(line[30:] + record(2).to_json() + b"\n")
        assert list(tail.read()) == [record(1), record(2)]
        file.write(record(3).to_json() + b"\n")
        assert list(tail.read()) == [record(3)]
        assert list(tail.read()) == []


def test_files_that_come_up_later_are_read_too(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a", "b")]
    with Tails(lambda: [path for path in paths if path.exists()]) as tails:
        assert list(tails.read()) == []
        paths[1].write_bytes(record(1).to_json() + b"\n")
        assert list(tails.read()) == [record(1)]
        paths[0].write_bytes(record(2).to_json() + b"\n")
        with paths[1].open("ab") as file:
            file.write(record(3).to_json() + b"\n")
        assert list(tails.read()) == [record(2), record(3)]
        assert list(tails.read()) == []
