"""Appending records to a file so that a crash costs the last line at most."""

from collections.abc import Callable
from pathlib import Path

from profiles.record import Record


class Recorder:
    """The records of one process, `written` so far. Each line goes to the operating system as it is written."""

    def __init__(self, path: Path, redact: Callable[[str], str]) -> None:
        """Append to `path`; `redact` takes secrets out of a line."""
        self._file = path.open("ab", buffering=0)
        self._redact = redact
        self.written = 0

    def write(self, record: Record) -> None:
        """Append one record, without secrets. One write a line, so that readers never see half of one for long."""
        line = self._redact(record.to_json().decode())
        self._file.write(line.encode() + b"\n")
        self.written += 1

    def close(self) -> None:
        """No more records come."""
        self._file.close()
