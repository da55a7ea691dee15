"""The files that are made of a run when it has ended: the page, the tables, the records in less room."""

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console

from ..measure.summary import Summary
from ..report.findings import Findings
from ..report.reporters import FILES, REPORTERS, TERMINAL
from .folder import RunFolder
from .packing import pack
from .parts import LARGE_BYTES, read, read_again
from .pricing import price_as_of
from .results import Results
from .settings import SettingError
from .telling import Say, say_aside
from .warming import warm_up_of

PAGE: Final = "html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What to make of a run that has ended: whether the page too, and whether its records are to be packed.

    `alone` is whether this process reads many records alone too, because it cannot have others at its side.
    """

    page: bool = True
    packed: bool = False
    alone: bool = False


def conclude(folder: RunFolder, results: Results, summary: Summary, making: Making, say: Say) -> None:
    """Make the files of a run whose summary is kept, and say where the page is; what cannot be written is said too.

    The records are read once more for it: while the load goes on, nothing is done for the page.
    """
    large_bytes = math.inf if making.alone else LARGE_BYTES
    details = read(folder, None, say, total=summary.whole.requests.total, large_bytes=large_bytes)
    findings = results.findings(summary, details, folder)
    unwritten = [*_written(folder, findings, page=making.page), *(_packed(folder) if making.packed else ())]
    for why in unwritten:
        say(why)
    if making.page and not unwritten:
        say(f"report: {folder.path / FILES[PAGE]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What is asked of a run that has ended: a warm-up, and the model at whose price others count."""

    warm_up: str | None = None
    price_as: str | None = None


NOTHING_MORE: Final = Revision()


def render(folder: RunFolder, name: str, out: Path | None, console: Console, revision: Revision = NOTHING_MORE) -> None:
    """Fold the records of a run again, renew its summary.json, and write or print it in the form of that name.

    What the `revision` asks for is kept in run.json. Raises SettingError for a form that there is not, for what cannot
    be asked, and for a file that cannot be written.
    """
    if name not in REPORTERS:
        raise SettingError("--format", f"{name!r} is none; write one of {', '.join(REPORTERS)}")
    warm_up_of(revision.warm_up)
    if (price_as := price_as_of(revision.price_as)) is not None:
        _or_refused("RUN", lambda: folder.keep_run({**folder.run(), "price_as": price_as}))
    run = folder.run()
    results = Results.of_run(run)
    details = read(folder, results, say_aside)
    run = results.warm(run, revision.warm_up, partial(read_again, folder, say_aside))
    summary = results.summary(run)
    if name == TERMINAL and out is None:
        results.show(console, summary, folder)
    else:
        _put(REPORTERS[name](results.findings(summary, details, folder)), _place(folder, name, out), console)
    if revision.warm_up is not None:
        _or_refused("RUN", lambda: folder.keep_run(run))
    _or_refused("RUN", lambda: folder.keep_summary(summary.to_json()))


def _place(folder: RunFolder, name: str, out: Path | None) -> Path | None:
    """Where to write what was asked for in this form, None for standard output: a page is nothing to print."""
    return folder.path / FILES[PAGE] if name == PAGE and out is None else out


def _put(text: str, path: Path | None, console: Console) -> None:
    if path is None:
        sys.stdout.write(text)
        return
    _or_refused("--out", lambda: path.write_bytes(text.encode()))
    console.print(f"report: {path}", soft_wrap=True, highlight=False, markup=False)


def _written(folder: RunFolder, findings: Findings, *, page: bool) -> Iterator[str]:
    """Write the files; what could not be, and why."""
    for name, file in FILES.items():
        if page or name != PAGE:
            try:
                folder.keep(file, REPORTERS[name](findings).encode())
            except OSError as error:
                yield f"{error.filename} cannot be written ({error.strerror})"


def _packed(folder: RunFolder) -> Iterator[str]:
    """Pack the records; what could not be, and why. It stays as it is then."""
    for path in folder.record_files():
        try:
            pack(path)
        except OSError as error:
            yield f"{error.filename} cannot be written ({error.strerror})"


def _or_refused(flag: str, write: Callable[[], object]) -> None:
    try:
        write()
    except OSError as error:
        raise SettingError(flag, f"{error.filename} cannot be written ({error.strerror})") from None
