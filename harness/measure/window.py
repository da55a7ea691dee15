"""The time that attempts took together, over which rates are counted."""

import math

from profiles.record import Record


class Window:
    """The time from the first sending to the last end."""

    __slots__ = ("_first", "_last")

    def __init__(self) -> None:
        self._first, self._last = math.inf, -math.inf

    def add(self, record: Record) -> None:
        """Take in an attempt that was sent."""
        sent_at = record.sent_at
        if sent_at is None:
            return
        ended_at = sent_at + (record.done_ms or 0.0) / 1000
        self._first = min(self._first, sent_at)
        self._last = max(self._last, ended_at)

    def merge(self, other: "Window") -> None:
        """Stretch it over another one."""
        self._first, self._last = min(self._first, other._first), max(self._last, other._last)

    @property
    def starts_at(self) -> float:
        """The first sending in epoch seconds, infinity while there was none."""
        return self._first

    @property
    def length_s(self) -> float | None:
        """Its length in seconds, None while it has none."""
        return self._last - self._first if self._last > self._first else None
