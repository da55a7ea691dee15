"""Doing something once, whoever asks for it first."""

from collections.abc import Callable

from gevent.event import Event


class Once:
    """The first to call it does it; those who call meanwhile wait until it is done, and later ones find it done."""

    def __init__(self, what: Callable[[], None]) -> None:
        self._what = what
        self._done = Event()
        self.begun = False

    def __call__(self) -> None:
        if self.begun:
            self._done.wait()
            return
        self.begun = True
        try:
            self._what()
        finally:
            self._done.set()
