"""A worker's part in one run: its calls, and its records on their way to the master."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import gevent
from gevent.event import Event

from ..money.amount import Amount
from ..money.bank import Ask
from .courier import Courier
from .messages import DONE, JOINED, LEASE, RECORDS, SPENT, STOP, Assignment, ask_to_dict
from .ongoing import OngoingRun
from .spool import Place

BYE_WITHIN_S: Final = 2.0


class Part:
    """What one worker does in one run; `tell(kind, data)` sends the master a message."""

    def __init__(
        self,
        assignment: Assignment,
        run: OngoingRun,
        place: Place,
        tell: Callable[[str, Mapping[str, Any]], None],
    ) -> None:
        self.run = run
        self.place = place
        self.worker = assignment.worker
        self._names = {"run": assignment.run, "worker": assignment.worker}
        self._tell = tell
        self._bye = Event()
        self._courier = None if place.shared else Courier(place.path, self._send_records)

    def begin(self) -> None:
        """Say that this worker takes part, and have its records brought to the master from now on."""
        self._say(JOINED, labels=dict(self.run.origin.labels))
        if self._courier is not None:
            gevent.spawn(self._courier.run)
        if self.run.calls.spent:
            self.spent()

    def spent(self) -> None:
        """Its share of --requests is made, or the load is over."""
        self._say(SPENT)

    def start(self, data: Mapping[str, Any]) -> None:
        """The master says when the load begins."""
        if data["run"] == self._names["run"]:
            self.run.admission.start(data["in_s"])

    def ask(self, ask: Ask) -> None:
        """Its users need something of the budget, or give some back."""
        self._say(LEASE, **ask_to_dict(ask))

    def granted(self, data: Mapping[str, Any]) -> None:
        """The master says what is granted."""
        if data["run"] == self._names["run"]:
            self.run.purse.heard(Amount(*data["granted"]))

    def stop(self, why: str) -> None:
        """The run should end."""
        self._say(STOP, why=why)

    def acknowledge(self, data: Mapping[str, Any]) -> None:
        """The master says how much of the records it has."""
        if data["run"] == self._names["run"] and self._courier is not None:
            self._courier.acknowledge(data["offset"])

    def dismiss(self, data: Mapping[str, Any]) -> None:
        """The master knows that this worker is done."""
        if data["run"] == self._names["run"]:
            self._bye.set()

    def give_up(self) -> None:
        """The master is lost."""
        if self._courier is not None:
            self._courier.give_up()

    def finish(self) -> bool:
        """Take no more records, deliver those there are and say so; whether the master has all of them.

        Who writes into the run folder has delivered with that.
        """
        fed, watched = self.run.close(), self.run.lag.watched()
        if self._courier is not None:
            if not self._courier.finish():
                return False
            self.place.clear()
        self._say(
            DONE,
            records=self.run.recorder.written,
            watched=watched.to_dict(),
            fed=None if fed is None else fed.to_dict(),
        )
        self._bye.wait(BYE_WITHIN_S)
        return True

    def _send_records(self, offset: int, data: bytes) -> None:
        self._say(RECORDS, offset=offset, bytes=data)

    def _say(self, kind: str, **data: Any) -> None:
        self._tell(kind, {**self._names, **data})
