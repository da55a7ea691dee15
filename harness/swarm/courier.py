"""Bringing a worker's records to the master while they are written."""

from collections.abc import Callable
from pathlib import Path

import gevent
from gevent.event import Event

from .shipping import Shipment

SHIP_EVERY_S = 0.5
RESEND_S = 1.0
PATIENCE = 10
"""How many pieces in a row may go unanswered at the end before the rest is given up."""


class Courier:
    """Sends a growing file, a piece at a time: the next one when the last was acknowledged, or the same again."""

    def __init__(self, path: Path, send: Callable[[int, bytes], None], resend_s: float = RESEND_S) -> None:
        """`send(offset, data)` gives a piece away; whether it arrives is told with `acknowledge`."""
        self._path = path
        self._send = send
        self._resend_s = resend_s
        self._patience = PATIENCE
        self._shipment = Shipment()
        self._news = Event()

    def acknowledge(self, offset: int) -> None:
        """The other side has the first `offset` bytes."""
        if self._shipment.acknowledge(offset):
            self._news.set()

    def run(self) -> None:
        """Send what there is, for ever."""
        while True:
            while self._shipped():
                pass
            gevent.sleep(SHIP_EVERY_S)

    def finish(self) -> bool:
        """Send the rest; whether all of it has arrived."""
        unanswered = 0
        while self._due() and unanswered < self._patience:
            unanswered = 0 if self._shipped() else unanswered + 1
        return not self._due()

    def give_up(self) -> None:
        """Nobody answers any more: do not wait for it at the end."""
        self._patience = 0

    def _due(self) -> range:
        return self._shipment.due(self._path.stat().st_size)

    def _shipped(self) -> bool:
        """Send the next piece and wait for news of it; False when there is none."""
        due = self._due()
        if not due:
            return False
        self._news.clear()
        self._send(due.start, self._read(due))
        return bool(self._news.wait(self._resend_s))

    def _read(self, piece: range) -> bytes:
        with self._path.open("rb") as file:
            file.seek(piece.start)
            return file.read(len(piece))
