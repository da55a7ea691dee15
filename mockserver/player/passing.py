"""A performance around another one."""

from .performance import End, Performance


class Passing:
    """Passes everything on; what it is for is in those that are made of it."""

    __slots__ = ("_performance", "end", "first_due")

    def __init__(self, performance: Performance, end: End) -> None:
        self._performance = performance
        self.end = end
        self.first_due = performance.first_due

    def opened(self, at: float) -> None:
        """Note when the headers left."""
        self._performance.opened(at)

    def perform(self, now: float) -> tuple[bytes, float | None]:
        """The frames due by `now`, and when the next one is."""
        return self._performance.perform(now)

    def sent(self, at: float) -> None:
        """Note when they left."""
        self._performance.sent(at)

    def hung_up(self, at: float) -> None:
        """Note when the client left."""
        self._performance.hung_up(at)
