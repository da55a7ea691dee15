"""Appending records to a file so that a crash costs the last line at most, and a full disk none that is whole."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from profiles.record import Record


class Recorder:
    """The records of one process, `written` so far. Each line goes to the operating system as it is written.

    When a line cannot be written, what there is of it is taken back, `failure` tells why, and no more are written.
    """

    def __init__(self, path: Path, redact: Callable[[str], str], when_unwritable: Callable[[OSError], None]) -> None:
        """Append to `path`; `redact` takes secrets out of a line. `when_unwritable` is called once, with the path.

        Raises OSError when the file cannot be opened.
        """
        self._path = path
        self._file = path.open("ab", buffering=0)
        self._size = self._file.tell()
        self._redact = redact
        self._when_unwritable = when_unwritable
        self.written = 0
        self.failure: OSError | None = None

    def write(self, record: Record) -> None:
        """Append one record, without secrets. One write a line, so that readers never see half of one for long."""
        if self.failure is not None:
            return
        try:
            self._append(self._redact(record.to_json().decode()).encode() + b"\n")
        except OSError as error:
            self.failure = OSError(error.errno, error.strerror, str(self._path))
            self._when_unwritable(self.failure)
        else:
            self.written += 1

    def close(self) -> None:
        """No more records come."""
        self._file.close()

    def _append(self, line: bytes) -> None:
        """Write all of the line, or nothing of it: a disk that fills up takes a part before it refuses the rest."""
        done = 0
        try:
            while done < len(line):
                done += self._file.write(line[done:])
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
            raise
        self._size += done
