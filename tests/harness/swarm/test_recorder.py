"""Appending records."""

import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.redact import redact
from harness.swarm.recorder import Recorder
from profiles.record import Record

KEY = "sk-proj-0123456789abcdef"


def record(detail: str) -> Record:
    return Record(
        id="c.1",
        attempt=1,
        class_="a",
        model="m",
        stream=False,
        intended_at=1.0,
        outcome="client_error",
        detail=detail,
    )


def fail(error: OSError) -> None:
    raise error


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """While no file of this process can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_record_is_in_the_file_at_once_and_without_the_key(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    recorder = Recorder(path, lambda line: redact(line, KEY), fail)
    recorder.write(record(f"Incorrect API key provided: {KEY}"))
    recorder.write(record("other"))
    lines = path.read_bytes().splitlines()
    assert Record.from_json(lines[0]).detail == "Incorrect API key provided: [redacted]"
    assert Record.from_json(lines[1]).detail == "other"
    recorder.close()


def test_a_file_that_is_there_is_added_to(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    for _ in range(2):
        recorder = Recorder(path, str, fail)
        recorder.write(record("x"))
        recorder.close()
    assert len(path.read_bytes().splitlines()) == 2


def test_a_full_disk_is_told_of_once_with_the_name_of_the_file() -> None:
    path, told = Path("/dev/full"), list[OSError]()
    recorder = Recorder(path, str, told.append)
    recorder.write(record("x"))
    recorder.write(record("y"))
    assert [(error.errno, error.filename) for error in told] == [(errno.ENOSPC, "/dev/full")]
    assert recorder.failure is told[0]
    assert recorder.written == 0
    recorder.close()


def test_of_a_line_that_does_not_fit_nothing_is_kept_and_of_those_before_everything(tmp_path: Path) -> None:
    path, told = tmp_path / "records.jsonl", list[OSError]()
    path.write_bytes(record("before").to_json() + b"\n")
    recorder = Recorder(path, str, told.append)
    room = int(2.5 * len(record("fits?").to_json()))
    with files_limited_to(path.stat().st_size + room):
        for _ in range(4):
            recorder.write(record("fits?"))
    recorder.write(record("too late"))
    recorder.close()
    assert [error.errno for error in told] == [errno.EFBIG]
    lines = path.read_bytes().splitlines(keepends=True)
    assert [Record.from_json(line).detail for line in lines] == ["before", "fits?", "fits?"]
    assert lines[-1].endswith(b"\n")
    assert recorder.written == 2
