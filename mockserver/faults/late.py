"""The answer comes, but late: before its headers, before its first token, between tokens, or with a stop in between."""

from typing import Annotated, Final

from pydantic import Field

from ..answer import Answer
from .base import Asked, Compose, Milliseconds, Placed, Table

FOR_EVER_S: Final = 365 * 86_400.0
"""Longer than anybody waits, and a number that every clock can add."""


class SlowHeadersFault(Table):
    """Everything, headers included, comes `ms` later."""

    kind = "slow_headers"
    ms: Milliseconds

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, later."""
        return compose(None).later(self.ms / 1000, headers=True)


class SlowFirstTokenFault(Table):
    """The headers come in time, and everything behind them `ms` later."""

    kind = "slow_first_token"
    ms: Milliseconds

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, its tokens later."""
        return compose(None).later(self.ms / 1000)


class SlowTokensFault(Table):
    """The gaps between tokens are `factor` times as long."""

    kind = "slow_tokens"
    factor: Annotated[float, Field(gt=0)]

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, stretched."""
        return compose(None).slower(self.factor)


class StallFault(Placed):
    """Nothing comes for `for_ms` in the middle of the answer; without it, nothing comes any more."""

    kind = "stall"
    for_ms: Milliseconds | None = None

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer with a stop in it."""
        answer = compose(None)
        stop_s = FOR_EVER_S if self.for_ms is None else self.for_ms / 1000
        return answer.later(stop_s, after=self.place(answer))
