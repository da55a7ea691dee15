"""The journal as a file: a line for every request that is over."""

import logging
import os
from pathlib import Path

import orjson

from profiles.errors import ProfileError
from profiles.journal import JournalEntry

_logger = logging.getLogger(__name__)


class JournalFile:
    """Appends entries to the file at `path`, whole lines each, as they come.

    A disk that fills up is said once; the server goes on without the file. Raises ProfileError when the file cannot be
    opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ProfileError(str(path), "", f"cannot be written: {_reason(error)}") from None

    def write(self, entry: JournalEntry) -> None:
        """Append an entry."""
        if self._file is None:
            return
        try:
            os.write(self._file, orjson.dumps(entry.to_dict(), option=orjson.OPT_APPEND_NEWLINE))
        except OSError as error:
            _logger.error("journal %s: %s; no more is written to it", self._path, _reason(error))
            self.close()

    def close(self) -> None:
        """Write no more."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
