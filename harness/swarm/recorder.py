"""Appending records to a file so that a crash costs the last moment at most, and a full disk none that is whole."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import gevent
from gevent.threadpool import ThreadPool

from profiles.record import Record

GATHERED_S: Final = 0.02
"""How long a line may wait for others that are written with it."""


class Recorder:
    """The records of one process, `written` so far.

    A thread of its own hands them to the operating system: a disk that is busy makes a write take tens of milliseconds,
    in which nobody else would read what has arrived. When a line cannot be written, what there is of it is taken back,
    `failure` tells why, and no more are written.
    """

    def __init__(self, path: Path, redact: Callable[[str], str], when_unwritable: Callable[[OSError], None]) -> None:
        """Append to `path`; `redact` takes secrets out of lines, of which none reaches over the end of one.
        `when_unwritable` is called once, with the path.

        Raises OSError when the file cannot be opened.
        """
        self._path = path
        self._file = path.open("ab", buffering=0)
        self._size = self._file.tell()
        self._redact = redact
        self._when_unwritable = when_unwritable
        self._thread = ThreadPool(1)
        self._lines: list[bytes] = []
        self._writer: gevent.Greenlet | None = None
        self.written = 0
        self.failure: OSError | None = None

    def write(self, record: Record) -> None:
        """Have one record appended, without secrets, with those that come within a moment."""
        if self.failure is not None:
            return
        self._lines.append(record.to_json())
        if self._writer is None:
            self._writer = gevent.spawn_later(GATHERED_S, self._write_all)

    def close(self) -> None:
        """Write what is left. No more records come."""
        if self._writer is not None:
            self._writer.join()
        self._write_all()
        self._thread.kill()
        self._file.close()

    def _write_all(self) -> None:
        """Until there are no more lines, or they cannot be written."""
        try:
            while self._lines and self.failure is None:
                lines, self._lines = [*self._lines, b""], []
                data = self._redact(b"\n".join(lines).decode()).encode()  # all at once: it is most of the work
                error = self._thread.apply(self._append, (data,))
                if error is None:
                    gevent.sleep(GATHERED_S)
                else:
                    self.failure = OSError(error.errno, error.strerror, str(self._path))
                    self._when_unwritable(self.failure)
        finally:
            self._writer = None

    def _append(self, lines: bytes) -> OSError | None:
        """Write the lines, as many as fit: a disk that fills up takes a part of one before it refuses the rest.

        What went wrong is returned: gevent prints what a thread raises.
        """
        data, done, failure = memoryview(lines), 0, None
        try:
            while done < len(data):
                done += self._file.write(data[done:])
        except OSError as error:
            failure = error
        self.written += lines.count(b"\n", 0, done)
        self._size += lines.rfind(b"\n", 0, done) + 1
        if failure is not None:
            with suppress(OSError):
                self._file.truncate(self._size)
        return failure
