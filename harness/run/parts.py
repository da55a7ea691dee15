"""The details of a run's records, by all the cores there are where there are many records."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from profiles.record import Record

from ..report.details import Details
from .folder import RunFolder
from .results import Results
from .telling import Say, counted

LARGE_BYTES: Final = 64 << 20
"""Fewer are read by one process sooner than others have started."""
PART_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of a file that begin at one of these bytes; `folder` is that of their run, where it has one."""

    path: Path
    begin: int
    end: int
    folder: RunFolder | None = None

    def lines(self) -> Iterator[bytes]:
        """The lines, but for one that a crash has cut."""
        with self.path.open("rb") as file:
            at = self.begin
            if at:
                file.seek(at - 1)
                at += len(file.readline()) - 1
            while at < self.end and (line := file.readline()).endswith(b"\n"):
                at += len(line)
                yield line

    def details(self) -> Details:
        """What is made of them. Raises ValueError where one is no record."""
        records, repriced = map(Record.from_json, self.lines()), _repricing(self.folder)
        return Details.of(records if repriced is None else map(repriced, records))


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


def read(
    folder: RunFolder,
    results: Results | None,
    say: Say,
    *,
    total: int | None = None,
    large_bytes: float = LARGE_BYTES,
    part_bytes: int = PART_BYTES,
) -> Details:
    """Take all records of a folder into `results`, if there are any, and return their details.

    `total` is how many there are, where that is known. Raises SettingError as `folder.records` does.
    """
    parts = parts_of(folder, part_bytes)
    if parts and sum(part.end - part.begin for part in parts) >= large_bytes:
        return _by_others(folder, results, parts, say, total)
    details = Details()
    for record in counted(folder.records(), total, say):
        details.add(record)
        if results is not None:
            results.add(record)
    return details


def _by_others(
    folder: RunFolder, results: Results | None, parts: Sequence[Part], say: Say, total: int | None
) -> Details:
    """Let other processes make the details, while this one takes the records into `results`."""
    whole = Details()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context, initializer=_undisturbed) as pool:
        try:
            made = [pool.submit(part.details) for part in parts]
            if results is not None:
                for record in counted(folder.records(), total, say):
                    results.add(record)
            for one in counted(as_completed(made), len(made), say, what="parts of the records", at_once=1):
                whole.merge(one.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return whole


def _undisturbed() -> None:
    """Leave an interrupt to the process that shows the run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
