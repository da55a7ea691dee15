"""Records in less room."""

import gzip
from pathlib import Path

import pytest

from harness.run.folder import RunFolder
from harness.run.packing import pack
from harness.run.settings import SettingError
from profiles.record import Record

RECORD = Record(
    id="c.1", attempt=1, class_="a", model="m", stream=False, intended_at=1.0, sent_at=1.0, outcome="complete"
)
LINE = RECORD.to_json() + b"\n"


def test_packed_records_are_the_same_records(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for name in ("records.jsonl", "records-2.jsonl", "records-10.jsonl"):
        (tmp_path / name).write_bytes(LINE * 1000)
    for path in folder.record_files():
        pack(path)
    assert [path.name for path in folder.record_files()] == [
        "records.jsonl.gz",
        "records-2.jsonl.gz",
        "records-10.jsonl.gz",
    ]
    assert list(folder.records()) == [RECORD] * 3000
    assert len(list(tmp_path.iterdir())) == 3
    assert (tmp_path / "records.jsonl.gz").stat().st_size < 50 * len(LINE)


def test_what_is_packed_already_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(gzip.compress(LINE))
    pack(path)
    assert list(RunFolder(tmp_path).records()) == [RECORD]


def test_where_packing_did_not_end_the_plain_file_counts(tmp_path: Path) -> None:
    (tmp_path / "records.jsonl").write_bytes(LINE * 2)
    (tmp_path / "records.jsonl.gz").write_bytes(gzip.compress(LINE))
    assert list(RunFolder(tmp_path).records()) == [RECORD] * 2


def test_records_that_cannot_be_packed_stay(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(LINE)
    (tmp_path / "records.jsonl.gz").mkdir()
    with pytest.raises(OSError, match=r"records\.jsonl\.gz"):
        pack(path)
    assert path.read_bytes() == LINE
    assert sorted(one.name for one in tmp_path.iterdir()) == ["records.jsonl", "records.jsonl.gz"]


@pytest.mark.parametrize("broken", [b"no gzip", gzip.compress(LINE * 100)[:-20]])
def test_a_packed_file_that_is_broken_is_one_line(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "records.jsonl.gz").write_bytes(broken)
    with pytest.raises(SettingError, match=r"^RUN: .*records.jsonl.gz cannot be read \(.+\)$"):
        list(RunFolder(tmp_path).records())
