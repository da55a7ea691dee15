"""Appending records."""

import errno
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent
import pytest

from harness.redact import redactor
from harness.swarm.recorder import GATHERED_S, Recorder
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


def test_a_record_is_in_the_file_a_moment_later_and_without_the_key(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    recorder = Recorder(path, redactor(KEY), fail)
    recorder.write(record(f"Incorrect API key provided: {KEY}"))
    recorder.write(record("other"))
    with gevent.Timeout(10):
        while path.read_bytes().count(b"\n") < 2:
            gevent.sleep(GATHERED_S)
    lines = path.read_bytes().splitlines()
    assert Record.from_json(lines[0]).detail == "Incorrect API key provided: [redacted]"
    assert Record.from_json(lines[1]).detail == "other"
    recorder.close()


def test_nobody_waits_for_a_busy_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, busy, others_went_on = tmp_path / "records.jsonl", threading.Event(), threading.Event()
    append = Recorder._append

    def slowly(recorder: Recorder, lines: bytes) -> OSError | None:
        busy.set()
        assert others_went_on.wait(10)
        return append(recorder, lines)

    monkeypatch.setattr(Recorder, "_append", slowly)
    recorder = Recorder(path, str, fail)
    recorder.write(record("first"))
    with gevent.Timeout(10):
        while not busy.is_set():
            gevent.sleep(GATHERED_S)
    recorder.write(record("second"))
    others_went_on.set()
    recorder.close()
    assert [Record.from_json(line).detail for line in path.read_bytes().splitlines()] == ["first", "second"]
    assert recorder.written == 2


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
    recorder.close()
    assert [(error.errno, error.filename) for error in told] == [(errno.ENOSPC, "/dev/full")]
    assert recorder.failure is told[0]
    assert recorder.written == 0


def test_of_a_line_that_does_not_fit_nothing_is_kept_and_of_those_before_everything(tmp_path: Path) -> None:
    path, told = tmp_path / "records.jsonl", list[OSError]()
    path.write_bytes(record("before").to_json() + b"\n")
    recorder = Recorder(path, str, told.append)
    room = int(2.5 * len(record("fits?").to_json()))
    with files_limited_to(path.stat().st_size + room):
        for _ in range(4):
            recorder.write(record("fits?"))
        recorder.close()
    assert [error.errno for error in told] == [errno.EFBIG]
    lines = path.read_bytes().splitlines(keepends=True)
    assert [Record.from_json(line).detail for line in lines] == ["before", "fits?", "fits?"]
    assert lines[-1].endswith(b"\n")
    assert recorder.written == 2


def test_after_a_failure_nothing_more_is_written(tmp_path: Path) -> None:
    path, told = tmp_path / "records.jsonl", list[OSError]()
    recorder = Recorder(path, str, told.append)
    with files_limited_to(10), gevent.Timeout(10):
        recorder.write(record("x"))
        while not told:
            gevent.sleep(GATHERED_S)
    recorder.write(record("too late"))
    recorder.close()
    assert path.read_bytes() == b""
    assert recorder.failure is told[0]


def test_lines_are_written_while_names_are_looked_up(tmp_path: Path) -> None:
    """gevent looks names up in threads, of which there are ten."""
    path, over = tmp_path / "records.jsonl", threading.Event()
    pool = gevent.get_hub().threadpool
    looked_up = [pool.spawn(over.wait, 10) for _ in range(pool.maxsize)]
    recorder = Recorder(path, str, fail)
    recorder.write(record("x"))
    recorder.close()
    over.set()
    gevent.joinall(looked_up)
    assert recorder.written == 1
    assert all(each.get() for each in looked_up), "nobody waited for them"


def test_a_writer_that_is_killed_costs_no_line(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    recorder = Recorder(path, str, fail)
    recorder.write(record("x"))
    assert recorder._writer is not None
    recorder._writer.kill()
    recorder.write(record("y"))
    recorder.close()
    assert len(path.read_bytes().splitlines()) == recorder.written == 2
