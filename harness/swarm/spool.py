"""Where a worker's records go: into the run folder itself if it can be seen from here, else into a spool."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..run.folder import RUNS, RunFolder
from ..run.settings import SettingError
from .messages import Assignment


@dataclass(frozen=True, slots=True)
class Place:
    """The file of a worker's records; `shared` if it is the master's own, so that nothing has to be sent there."""

    path: Path
    shared: bool

    def clear(self) -> None:
        """Remove a spool that has been delivered, and its folder with the last one in it."""
        with suppress(OSError):
            self.path.unlink()
            self.path.parent.rmdir()


def place_of(assignment: Assignment, out: Path | None) -> Place:
    """The place of this worker's records; a spool lies in `out`, or else under runs/.

    Raises SettingError when a spool cannot be made.
    """
    folder = RunFolder(Path(assignment.folder))
    if _holds(folder, assignment.run):
        return Place(folder.records_of(assignment.worker), shared=True)
    spool = RunFolder((out or RUNS) / f"spool-{assignment.run}")
    try:
        spool.path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError("--out", f"{spool.path} cannot be written ({error.strerror}); name another folder") from None
    return Place(spool.records_of(assignment.worker).resolve(), shared=False)


def _holds(folder: RunFolder, run: str) -> bool:
    """Whether this is the folder of that run, and may be written to."""
    try:
        return folder.run().get("id") == run and os.access(folder.path, os.W_OK | os.X_OK)
    except SettingError:
        return False
