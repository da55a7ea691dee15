"""Reading records while they are being written."""

from collections.abc import Iterator
from pathlib import Path

from profiles.record import Record


class Tail:
    """The records of a file that grows: each once, as soon as its line is whole."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._rest = b""

    def read(self) -> Iterator[Record]:
        """The records that came since the last call."""
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        for line in lines:
            yield Record.from_json(line)

    def __enter__(self) -> "Tail":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
