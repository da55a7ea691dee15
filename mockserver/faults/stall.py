"""`stall`: a stop in the middle."""

from typing import Final

from ..answer import Answer
from .base import Asked, Compose, Milliseconds, Placed

FOR_EVER_S: Final = 365 * 86_400.0
"""Longer than anybody waits, and a number that every clock can add."""


class StallFault(Placed):
    """Nothing comes for `for_ms` in the middle of the answer; without it, nothing comes any more."""

    kind = "stall"
    for_ms: Milliseconds | None = None

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer with a stop in it."""
        answer = compose(None)
        stop_s = FOR_EVER_S if self.for_ms is None else self.for_ms / 1000
        return answer.later(stop_s, after=self.place(answer))
