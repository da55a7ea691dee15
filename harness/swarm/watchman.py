"""Who looks, under plain Locust, whether a run is to end early: `harness run` does that itself."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Final

import gevent

from profiles.record import Record

from ..gate.abort import Aborts, Condition
from ..run.folder import RunFolder
from ..run.gates import kept_by
from ..run.tail import Tails

LOOK_EVERY_S: Final = 0.2
AT_ONCE: Final = 50
"""So many records are read before others get their turn: users may be at work in this process."""


class Watchman:
    """Reads the records of a run while they are written, until a condition holds: then it says why, once."""

    def __init__(self, conditions: Sequence[Condition], folder: RunFolder, abort: Callable[[str], None]) -> None:
        self._aborts = Aborts(conditions, kept_by(folder.run()))
        self._folder = folder
        self._abort = abort
        self._open = ExitStack()
        self._watch = gevent.spawn(self._run) if conditions else None
        self.reason = ""

    def leave(self) -> None:
        """Look no more: the run has ended."""
        if self._watch is not None:
            self._watch.kill()
            self._open.close()

    def _run(self) -> None:
        tails = self._open.enter_context(Tails(self._folder.record_files))
        begun_at = gevent.get_hub().loop.now()
        while not self.reason:
            gevent.sleep(LOOK_EVERY_S)
            records = self._came(tails)
            at_s = gevent.get_hub().loop.now() - begun_at
            self._aborts.add(records, at_s)
            self.reason = self._aborts.reason(at_s)
        self._abort(self.reason)

    def _came(self, tails: Tails) -> list[Record]:
        records = []
        for record in tails.read():
            records.append(record)
            if len(records) % AT_ONCE == 0:
                gevent.sleep(0)
        return records
