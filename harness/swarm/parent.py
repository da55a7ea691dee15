"""`harness run` on the other side of the standard streams: it reads what we print and holds our standard input."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import gevent
import orjson
from gevent.os import nb_read
from gevent.socket import wait_read

STATUS_EVERY_S = 0.5


class Parent:
    """The process that started this one; nobody where it was started by hand."""

    def __init__(self, supervised: bool) -> None:
        self.is_there = supervised

    def say(self, line: Mapping[str, Any]) -> None:
        """Say one JSON object, while somebody listens."""
        if self.is_there:
            with suppress(OSError):
                os.write(sys.stdout.fileno(), orjson.dumps(line) + b"\n")

    def report(self, status: Callable[[], Mapping[str, Any]]) -> None:
        """Say how it stands from now on."""
        if self.is_there:
            gevent.spawn(self._report, status)

    def hold_leash(self, released: Callable[[], None]) -> None:
        """Call `released` when the parent lets go of our standard input, or is dead."""
        if self.is_there:
            gevent.spawn(self._hold_leash, released)

    def _report(self, status: Callable[[], Mapping[str, Any]]) -> None:
        while True:
            self.say(status())
            gevent.sleep(STATUS_EVERY_S)

    def _hold_leash(self, released: Callable[[], None]) -> None:
        stdin = sys.stdin.fileno()
        while True:
            wait_read(stdin)
            if not nb_read(stdin, 1):
                break
        released()
