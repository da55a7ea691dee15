"""Knowing which phase a mock is in while a run goes on, without ever waiting for it."""

import threading
from collections.abc import Callable
from typing import Final

from ..mock.control import MockControl, MockError

EVERY_S: Final = 1.0
PATIENCE_S: Final = 2.0


class PhaseWatch:
    """Asks a mock once a second, in a thread of its own, while the block runs.

    `now` is the phase that was on when it was asked last, None where it has none or did not answer. One that does not
    answer the first time is asked no more: it is closed to us, and would keep a journal of our knocking.
    """

    def __init__(self, ask: Callable[[], str | None], every_s: float = EVERY_S) -> None:
        """`ask` returns the name of the phase that is on; it may take its time, and raise MockError."""
        self.now: str | None = None
        self._ask = ask
        self._every_s = every_s
        self._over = threading.Event()
        self.thread = threading.Thread(target=self._watch, name="phase-watch", daemon=True)

    @classmethod
    def of(cls, mock: MockControl) -> "PhaseWatch":
        """The watch of this mock."""
        return cls(mock.within(PATIENCE_S).phase)

    def __enter__(self) -> "PhaseWatch":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """The thread ends by itself: nobody waits for a mock that is slow to answer."""
        self._over.set()

    def _watch(self) -> None:
        try:
            self.now = self._ask()
        except MockError:
            return
        while not self._over.wait(self._every_s):
            try:
                self.now = self._ask()
            except MockError:
                self.now = None
