"""What has been proven of this machine, kept for later runs: how many streams a worker holds within the bounds."""

import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import orjson


@dataclass(frozen=True, slots=True)
class Proven:
    """So many streams in one worker, of which machine and software, since when (ISO date)."""

    streams: int
    machine: str
    on: str

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self | None:
        """What is known of this machine and software; None where nothing is."""
        try:
            said = orjson.loads(place(environ).read_bytes())
            found = cls(int(said["streams"]), str(said["machine"]), str(said["on"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if found.machine == this_machine() else None

    def keep(self, environ: Mapping[str, str]) -> Path | None:
        """Keep it instead of what was known before; where, None when it cannot be written."""
        path = place(environ)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(orjson.dumps(self.to_dict(), option=orjson.OPT_APPEND_NEWLINE))
            return path
        return None

    def to_dict(self) -> dict[str, Any]:
        """It as JSON values."""
        return {"streams": self.streams, "machine": self.machine, "on": self.on}

    def warning(self, at_once: int, workers: int) -> str | None:
        """What a run with so many requests at once has to be told, None where it is within what is proven."""
        each = -(-at_once // max(workers, 1))
        if each <= self.streams:
            return None
        enough = -(-at_once // self.streams)
        return (
            f"{each:,} requests at once in one worker, but its measuring is proven for {self.streams:,} streams only "
            f"(harness verify, {self.on}): --processes {enough} would do"
        )


def place(environ: Mapping[str, str]) -> Path:
    """The file, in the user's cache."""
    home = environ.get("XDG_CACHE_HOME") or str(Path(environ.get("HOME") or "~").expanduser() / ".cache")
    return Path(home) / "dummyload" / "proven.json"


def this_machine() -> str:
    """What the proof is about: another machine, Python or version has to be measured anew."""
    return f"{platform.node()}/{os.cpu_count()} cores/python {platform.python_version()}/{version('dummyload')}"
