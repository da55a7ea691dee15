"""The records that workers send, appended to the run folder."""

from pathlib import Path
from typing import BinaryIO

from ..run.folder import RunFolder
from .shipping import continuing


class Inbox:
    """Copies of the workers' files in the run folder, as far as they have come."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._copies: dict[int, BinaryIO] = {}

    def take(self, worker: int, offset: int, data: bytes) -> int:
        """Append what of `data` continues the copy of this worker's file; return how long the copy is now.

        Raises OSError, with the path, when it cannot be written.
        """
        copy = self._copies.get(worker)
        if copy is None:
            copy = self._copies[worker] = self._folder.records_of(worker).open("ab", buffering=0)
        copy.write(continuing(copy.tell(), offset, data))
        return copy.tell()

    def lines(self, worker: int) -> int:
        """How many whole records of this worker the run folder holds, wherever they came from."""
        return _lines(self._folder.records_of(worker))

    def close(self) -> None:
        """Nothing comes any more."""
        for copy in self._copies.values():
            copy.close()


def _lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(line.endswith(b"\n") for line in file)
