"""Reading records while they are being written."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
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


class Tails:
    """The records of several growing files, of those too that come up later: `files()` names what is there."""

    def __init__(self, files: Callable[[], Iterable[Path]]) -> None:
        self._files = files
        self._tails: dict[Path, Tail] = {}
        self._open = ExitStack()

    def read(self) -> Iterator[Record]:
        """The records that came since the last call, file by file."""
        for path in self._files():
            if path not in self._tails:
                self._tails[path] = self._open.enter_context(Tail(path))
            yield from self._tails[path].read()

    def __enter__(self) -> "Tails":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
