"""What is in the air in this process: counted where calls are made, told to whoever shows it."""

from collections.abc import Callable


class Flight:
    """Counts the calls that are being made and the sessions that were begun."""

    def __init__(self) -> None:
        self.begun = 0
        self._calls = 0
        self._waiting = 0

    @property
    def in_flight(self) -> int:
        """How many requests are open: calls that do not wait for their next attempt."""
        return self._calls - self._waiting

    def begins(self, begins_session: bool) -> None:
        """A call begins, and with it perhaps a session."""
        self.begun += begins_session
        self._calls += 1

    def ends(self) -> None:
        """A call has ended, however it did."""
        self._calls -= 1

    def waiting(self, wait: Callable[[float], bool]) -> Callable[[float], bool]:
        """`wait`, counted as the time between two attempts."""

        def counted(wait_s: float) -> bool:
            self._waiting += 1
            try:
                return wait(wait_s)
            finally:
                self._waiting -= 1

        return counted
