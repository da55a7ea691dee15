"""The run folder: run.json, records*.jsonl, summary.json, locust.log (docs/records.md)."""

import datetime
import errno
import gzip
import itertools
import os
import platform
import re
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import orjson

from profiles.record import Record

from .pricing import repricing_of
from .settings import RunSettings, SettingError

VERSION: Final = 1
RUNS = Path("runs")
AT_ONCE_BYTES: Final = 1 << 20
"""How much of a file of records is read at once: a buffer of the usual size has room for a few lines only."""
_PRETTY: Final = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS | orjson.OPT_APPEND_NEWLINE
_OF_RECORDS: Final = re.compile(r"records(?:-(\d+))?\.jsonl(\.gz)?")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one run."""

    path: Path

    @property
    def run_json(self) -> Path:
        """What was run."""
        return self.path / "run.json"

    @property
    def records_jsonl(self) -> Path:
        """One line per attempt, of a run in a single process."""
        return self.path / "records.jsonl"

    def records_of(self, worker: int) -> Path:
        """One line per attempt of this worker, of a run that has several."""
        return self.path / f"records-{worker}.jsonl"

    def record_files(self) -> list[Path]:
        """The files of records that are there, packed or not, those of workers by their numbers.

        Of a file that is there in both forms the plain one counts: packing it did not end.
        """
        names = (match for path in self.path.iterdir() if (match := _OF_RECORDS.fullmatch(path.name)))
        by_worker: dict[int, Path] = {}
        for match in sorted(names, key=lambda match: match[2] is None):
            by_worker[-1 if match[1] is None else int(match[1])] = self.path / match[0]
        return [path for _, path in sorted(by_worker.items())]

    @property
    def summary_json(self) -> Path:
        """The fold of the records."""
        return self.path / "summary.json"

    @property
    def locust_log(self) -> Path:
        """What Locust printed."""
        return self.path / "locust.log"

    @classmethod
    def create(cls, out: Path | None, name: str, at: float) -> "RunFolder":
        """Make the folder `out`, or one named after `name` and the time under runs/.

        Raises SettingError when it cannot be written or already holds a run.
        """
        try:
            return cls(_made(out) if out is not None else _made_new(f"{name}-{_stamp(at)}"))
        except OSError as error:
            shown = out or RUNS
            raise SettingError("--out", f"{shown} cannot be written ({error.strerror}); name another folder") from None

    def start(self, settings: RunSettings, command: Sequence[str], at: float, **facts: Any) -> None:
        """Write run.json: what is run, with what, since when (epoch seconds), under an id that no other run has.

        `command` must hold no secret. Raises SettingError when it cannot be written.
        """
        run = {
            "v": VERSION,
            "id": uuid.uuid4().hex,
            "started_at": at,
            "settings": settings.to_dict(),
            "command": list(command),
            "versions": {
                "dummyload": version("dummyload"),
                "locust": version("locust"),
                "python": platform.python_version(),
            },
            **facts,
        }
        try:
            self.keep_run(run)
        except OSError as error:
            why = f"{error.filename} cannot be written ({error.strerror}); name another folder"
            raise SettingError("--out", why) from None

    def keep_run(self, run: Mapping[str, Any]) -> None:
        """Write run.json. Raises OSError with its name, and leaves what was there, when it cannot be written."""
        _replace(self.run_json, orjson.dumps(run, option=_PRETTY))

    def keep(self, name: str, content: bytes) -> None:
        """Write another file beside them. Raises OSError with its name when it cannot be written."""
        _replace(self.path / name, content)

    def keep_summary(self, summary: bytes) -> None:
        """Write summary.json. Raises OSError with its name when it cannot be written."""
        _replace(self.summary_json, summary)

    def run(self) -> dict[str, Any]:
        """What run.json says. Raises SettingError when this is not the folder of a run."""
        try:
            run: dict[str, Any] = orjson.loads(self.run_json.read_bytes())
        except (OSError, ValueError):
            raise SettingError(
                "RUN",
                f"{self.path} is not a run folder (it has no readable run.json); name one, such as runs/NAME-TIME",
            ) from None
        return run

    def records(self) -> Iterator[Record]:
        """The records, file by file in the order in which attempts ended; last lines cut by a crash are left out.

        What was made without a cost has one where run.json says at whose price. Raises SettingError for a line that is
        not a record.
        """
        repriced = self.repricing()
        yield from self._recorded() if repriced is None else map(repriced, self._recorded())

    def repricing(self) -> Callable[[Record], Record] | None:
        """What gives records a cost that have none; None where run.json does not ask for it, or is not there."""
        return repricing_of(self.run()) if self.run_json.exists() else None

    def _recorded(self) -> Iterator[Record]:
        for path in self.record_files():
            try:
                with gzip.open(path) if path.suffix == ".gz" else path.open("rb", buffering=AT_ONCE_BYTES) as lines:
                    yield from _parsed(path, lines)
            except (OSError, EOFError, zlib.error) as error:
                why = getattr(error, "strerror", None) or error
                raise SettingError("RUN", f"{path} cannot be read ({why})") from None


def _parsed(path: Path, lines: Iterable[bytes]) -> Iterator[Record]:
    for number, line in enumerate(lines, start=1):
        if not line.endswith(b"\n"):
            return
        try:
            yield Record.from_json(line)
        except ValueError as error:
            raise SettingError("RUN", f"{path}, line {number}: {error}") from None


def _made(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    if (path / "run.json").exists():
        raise SettingError("--out", f"{path} already holds a run; name another folder")
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return path


def _made_new(name: str) -> Path:
    """A folder under runs/ that nobody had before, even if two runs start in the same second."""
    RUNS.mkdir(parents=True, exist_ok=True)
    for suffix in itertools.chain([""], (f"-{n}" for n in itertools.count(2))):
        path = RUNS / f"{name}{suffix}"
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise AssertionError("there is always a next number")


def _stamp(at: float) -> str:
    return datetime.datetime.fromtimestamp(at, tz=datetime.UTC).astimezone().strftime("%Y%m%d-%H%M%S")


def _replace(path: Path, data: bytes) -> None:
    """Write a file as a whole, or leave it as it was and raise OSError with its name: a full disk must cost nothing."""
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(data)
        new.replace(path)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from None
