"""Ctrl-C before a command is there to hear of it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ending_at_once() -> Iterator[None]:
    """While modules are imported, Ctrl-C ends the process by the signal, as it ends most programs.

    Python would show where it was. Where somebody ignores or handles the signal, nothing changes.
    """
    handler = signal.getsignal(signal.SIGINT)
    if handler is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGINT, handler)
