"""A stream whose rhythm is decided while it is played: its tokens are those of an engine that others share."""

from typing import Protocol

from .performance import Trace
from .playback import Frames, StreamPlayback, Text, Timing


class Deciding(Timing, Protocol):
    """A rhythm that knows the next instants only; what it does not know yet it says to come back for."""

    def settle(self, elapsed_s: float) -> None:
        """Bring it to so many seconds after t0."""


class SeatedPlayback(StreamPlayback):
    """A playback that asks, before it says anything, what has been decided meanwhile."""

    __slots__ = ("_deciding",)

    def __init__(self, t0: float, frames: Frames, reply: Text, cadence: Deciding, trace: Trace) -> None:
        super().__init__(t0, frames, reply, cadence, trace)
        self._deciding = cadence

    def perform(self, now: float) -> tuple[bytes, float | None]:
        """The frames due by `now`, and when there may be more."""
        self._deciding.settle(now - self._t0)
        if self._begun and self._said < self._total:
            self._due = self._t0 + self._token_s[self._said]
        return super().perform(now)
