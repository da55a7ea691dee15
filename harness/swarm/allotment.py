"""How many calls a run may make."""

from collections.abc import Callable


class Allotment:
    """Exactly `total` calls, whoever makes them; no limit when `total` is None.

    `when_spent` is called once, when the last of them has ended; so never for a total of 0, which is spent as it is.
    """

    def __init__(self, total: int | None, when_spent: Callable[[], None]) -> None:
        self._left = total
        self._open = 0
        self._when_spent = when_spent

    @property
    def spent(self) -> bool:
        """Whether all calls have been made and have ended."""
        return self._left == 0 and self._open == 0

    @property
    def used_up(self) -> bool:
        """Whether no call may be made any more."""
        return self._left == 0

    def take(self) -> bool:
        """Whether one more call may be made; it must be given back with `ended`."""
        if self._left is None:
            return True
        if self._left == 0:
            return False
        self._left -= 1
        self._open += 1
        return True

    def ended(self) -> None:
        """A call that was taken has ended, well or not."""
        if self._left is None:
            return
        self._open -= 1
        if self.spent:
            self._when_spent()
