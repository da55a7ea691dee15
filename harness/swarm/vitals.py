"""What a process knows of the run that goes on: for its web page, its metrics, and a parent that draws it."""

from collections.abc import Mapping
from typing import Any, Final

from ..measure.pulse import Pulse
from .flight import Flight

REPORT: Final = "harness"
"""Under which name it travels in what workers report to Locust's master every three seconds."""


class Vitals:
    """The attempts of all processes so far, and what of each is in the air."""

    def __init__(self) -> None:
        self.pulse = Pulse()
        self._aloft: dict[str, tuple[int, int]] = {}

    @property
    def in_flight(self) -> int:
        """How many requests are open."""
        return sum(in_flight for in_flight, _ in self._aloft.values())

    @property
    def begun(self) -> int:
        """How many sessions have begun."""
        return sum(begun for _, begun in self._aloft.values())

    def clear(self) -> None:
        """A run begins."""
        self.pulse.clear()
        self._aloft.clear()

    def hear(self, client_id: str, data: Mapping[str, Any]) -> None:
        """Take in what a worker reports; one that runs nothing of ours says nothing of it."""
        told = data.get(REPORT)
        if told is not None:
            self.pulse.merge(told["pulse"])
            self._aloft[client_id] = (told["in_flight"], told["begun"])

    def note(self, flight: Flight) -> None:
        """What is in the air in this process itself."""
        self._aloft[""] = (flight.in_flight, flight.begun)


def told(pulse: Pulse, flight: Flight) -> dict[str, Any]:
    """What a worker reports: what came since it did last, and what is in the air now."""
    return {"pulse": pulse.taken(), "in_flight": flight.in_flight, "begun": flight.begun}
