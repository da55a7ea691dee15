"""Appending records."""

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


def test_a_record_is_in_the_file_at_once_and_without_the_key(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    recorder = Recorder(path, lambda line: redact(line, KEY))
    recorder.write(record(f"Incorrect API key provided: {KEY}"))
    recorder.write(record("other"))
    lines = path.read_bytes().splitlines()
    assert Record.from_json(lines[0]).detail == "Incorrect API key provided: [redacted]"
    assert Record.from_json(lines[1]).detail == "other"
    recorder.close()


def test_a_file_that_is_there_is_added_to(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    for _ in range(2):
        recorder = Recorder(path, str)
        recorder.write(record("x"))
        recorder.close()
    assert len(path.read_bytes().splitlines()) == 2
