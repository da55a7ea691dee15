"""Records that are read by several processes."""

import os
import signal
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from harness.measure.measured import Measures
from harness.report.reporters import FILES, REPORTERS
from harness.run.folder import RunFolder
from harness.run.folds import Folds
from harness.run.packing import pack
from harness.run.parts import Part, parts_of, read, take_in
from harness.run.results import Results
from harness.run.settings import RunSettings, SettingError
from profiles.record import Record
from tests.harness.report.runs import BEGAN_AT, drawn

LINES = st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"") + b"\n"), max_size=20)


@given(LINES, st.integers(1, 60), st.binary(max_size=5).map(lambda rest: rest.replace(b"\n", b"")))
def test_every_whole_line_is_in_exactly_one_part(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], part_bytes: int, rest: bytes
) -> None:
    path = tmp_path_factory.mktemp("cut") / "records.jsonl"
    path.write_bytes(b"".join(lines) + rest)
    parts = parts_of(RunFolder(path.parent), part_bytes)
    assert [line for part in parts for line in part.lines()] == lines


@pytest.fixture
def recorded(tmp_path: Path) -> RunFolder:
    folder = RunFolder.create(tmp_path / "run", "basic", 0.0)
    folder.start(RunSettings(host="http://127.0.0.1:1", workload="basic"), ["harness"], 1_700_000_000.0)
    for worker in (0, 1):
        lines = [record.to_json() + b"\n" for record in drawn(60, seed=worker)]
        folder.records_of(worker).write_bytes(b"".join(lines) + b"cut")
    return folder


OF_COURSE: dict[str, Any] = {
    "phases": [{"name": "storm", "started_at": BEGAN_AT + 8, "ended_at": BEGAN_AT + 20}],
    "warm_up": {"asked": "5s", "seconds": 5.0, "until": BEGAN_AT + 5, "attempts": 20, "of": 120},
}


@pytest.mark.parametrize("course", [{}, OF_COURSE])
def test_what_several_processes_read_is_what_one_reads(recorded: RunFolder, course: dict[str, Any]) -> None:
    recorded.keep_run(recorded.run() | course)
    one, many = (Results(Folds.of(recorded.run())) for _ in range(2))
    alone = read(recorded, one, lambda _: None)
    together = read(recorded, many, lambda _: None, large_bytes=1, part_bytes=20_000)
    assert len(parts_of(recorded, 20_000)) > 2
    summary = one.summary(recorded.run())
    assert many.summary(recorded.run()) == summary
    assert (many.by_worker, many.failures, many.mismatches) == (one.by_worker, one.failures, one.mismatches)
    for name in FILES:
        told = REPORTERS[name](many.findings(summary, together, recorded))
        assert told == REPORTERS[name](one.findings(summary, alone, recorded)), name
    assert read(recorded, None, lambda _: None, large_bytes=1).costs == alone.costs


def test_a_line_that_is_no_record_is_named_by_several_too(recorded: RunFolder) -> None:
    with recorded.records_of(1).open("ab") as file:
        file.write(b"\n")
    with pytest.raises(SettingError, match=r"records-1.jsonl, line \d+: "):
        read(recorded, Results(), lambda _: None, large_bytes=1)


def test_a_file_that_cannot_be_read_is_named_by_several_too(recorded: RunFolder) -> None:
    recorded.records_of(2).mkdir()
    with pytest.raises(SettingError, match=r"^RUN: .*records-2.jsonl cannot be read \(Is a directory\)$"):
        read(recorded, Results(), lambda _: None, large_bytes=1)


def test_packed_records_are_read_by_one(recorded: RunFolder) -> None:
    for path in recorded.record_files():
        pack(path)
    assert parts_of(recorded) == []
    assert read(recorded, None, lambda _: None, large_bytes=0).costs.ordered()


def test_a_part_begins_with_the_first_line_that_begins_in_it(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"ab\ncd\nef\n")
    assert list(Part(path, 3, 4).lines()) == [b"cd\n"]
    assert list(Part(path, 4, 6).lines()) == []
    assert list(Part(path, 4, 7).lines()) == [b"ef\n"]


def test_what_has_no_cost_is_priced_by_several_too(recorded: RunFolder) -> None:
    free = [replace(record, cost_usd=None, model="mine") for record in recorded.records()]
    recorded.records_of(0).write_bytes(b"".join(record.to_json() + b"\n" for record in free))
    recorded.records_of(1).unlink()
    recorded.keep_run({**recorded.run(), "price_as": "gpt-4o"})
    ((model, alone),) = read(recorded, None, lambda _: None).costs.ordered()
    several = read(recorded, None, lambda _: None, large_bytes=1, part_bytes=20_000)
    assert several.costs.ordered() == [(model, alone)]
    assert alone.usd


class Killed:
    """Takes in nothing: the process that should is killed."""

    def take(self, _record: Record, _values: Measures) -> None:
        """As the kernel does where memory runs out."""
        os.kill(os.getpid(), signal.SIGKILL)

    def merge(self, _other: Any) -> None:
        """There is nothing to merge."""

    def blank(self) -> Self:
        """Another one."""
        return self


def test_a_reading_process_that_is_killed_is_told_in_a_line(recorded: RunFolder) -> None:
    with pytest.raises(
        SettingError, match=r"run: a process that read a part of the records was killed, .*: harness report .*run"
    ):
        take_in(recorded, (Killed(),), lambda _: None, large_bytes=1, part_bytes=20_000)
