"""The records of a run taken in, by all the cores there are where there are many records."""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol, Self

from profiles.record import Record

from ..measure.measured import Measures, measured
from ..report.details import Details
from .folder import AT_ONCE_BYTES, RunFolder
from .folds import Folds
from .results import Results
from .settings import SettingError
from .telling import Say, counted

LARGE_BYTES: Final = 64 << 20
"""Fewer are read by one process sooner than others have started."""
PART_BYTES: Final = 32 << 20


class Takes(Protocol):
    """What takes records in, some of them here, others elsewhere."""

    def take(self, record: Record, values: Measures, /) -> None:
        """Take one attempt in, and what was measured of it."""

    def merge(self, other: Any) -> None:
        """Add what another one of the same kind has taken in, which is of no use any more."""

    def blank(self) -> Self:
        """One that will take in the same, and has nothing yet."""


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a file that begin at one of these bytes; `folder` is that of their run, where it has one."""

    path: Path
    begin: int
    end: int
    folder: RunFolder | None = None

    def lines(self) -> Iterator[bytes]:
        """The lines, but for one that a crash has cut."""
        with self.path.open("rb", buffering=AT_ONCE_BYTES) as file:
            at = self.begin
            if at:
                file.seek(at - 1)
                at += len(file.readline()) - 1
            for line in file:
                if at >= self.end or not line.endswith(b"\n"):
                    return
                at += len(line)
                yield line

    def into(self, takers: Sequence[Takes]) -> Sequence[Takes]:
        """The same, with these lines taken in. Raises ValueError where one is no record."""
        records, repriced = map(Record.from_json, self.lines()), _repricing(self.folder)
        _take_in(records if repriced is None else map(repriced, records), takers)
        return takers


def _repricing(folder: RunFolder | None) -> Callable[[Record], Record] | None:
    return None if folder is None else folder.repricing()


def parts_of(folder: RunFolder, part_bytes: int = PART_BYTES) -> list[Part]:
    """The records of a run in parts, none where a file is packed: that one is read from its begin to its end."""
    files = folder.record_files()
    if any(path.suffix == ".gz" for path in files):
        return []
    sizes = [(path, path.stat().st_size) for path in files]
    return [
        Part(path, begin, min(begin + part_bytes, size), folder)
        for path, size in sizes
        for begin in range(0, size, part_bytes)
    ]


def read(folder: RunFolder, results: Results | None, say: Say, **how: Any) -> Details:
    """Take all records of a folder into `results`, if there are any, and return their details. See `take_in`."""
    details = Details()
    take_in(folder, (details,) if results is None else (details, results), say, **how)
    return details


def read_again(folder: RunFolder, say: Say, folds: Folds) -> None:
    """Take all records of a folder into what had to wait for the end of the run. See `take_in`."""
    take_in(folder, (folds,), say)


def take_in(
    folder: RunFolder,
    takers: Sequence[Takes],
    say: Say,
    *,
    total: int | None = None,
    large_bytes: float = LARGE_BYTES,
    part_bytes: int = PART_BYTES,
) -> None:
    """Let each of these take in all records of a folder.

    `total` is how many there are, where that is known. Raises SettingError as `folder.records` does, and where a
    process that reads a part is killed.
    """
    parts = parts_of(folder, part_bytes)
    if parts and sum(part.end - part.begin for part in parts) >= large_bytes:
        _by_others(folder, takers, parts, say)
    else:
        _take_in(counted(folder.records(), total, say), takers)


def _take_in(records: Iterator[Record], takers: Sequence[Takes]) -> None:
    takes = [taker.take for taker in takers]
    for record in records:
        values = measured(record)
        for take in takes:
            take(record, values)


def _by_others(folder: RunFolder, takers: Sequence[Takes], parts: Sequence[Part], say: Say) -> None:
    """Let other processes take in a part each, and put together what they made of it, in the order of the records."""
    blank = [taker.blank() for taker in takers]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        min(len(parts), os.cpu_count() or 1), mp_context=context, initializer=_undisturbed
    ) as pool:
        try:
            made = deque(pool.submit(part.into, blank) for part in parts)
            taken = (made.popleft().result() for _ in parts)  # one that is put to the others is kept no longer
            for one in counted(taken, len(parts), say, what="parts of the records", at_once=1):
                for taker, more in zip(takers, one, strict=True):
                    taker.merge(more)
        except (OSError, ValueError):
            pool.shutdown(cancel_futures=True)
            _take_in(folder.records(), ())  # which names the file, and the line
            raise
        except BrokenProcessPool:
            why = "a process that read a part of the records was killed, for want of memory perhaps; none is lost"
            raise SettingError(str(folder.path), f"{why}, read them again: harness report {folder.path}") from None
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _undisturbed() -> None:
    """Leave an interrupt to the process that shows the run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
