"""`slow_first_token`: everything behind the headers later."""

from ..answer import Answer
from .base import Asked, Compose, Milliseconds, Table


class SlowFirstTokenFault(Table):
    """The headers come in time, and everything behind them `ms` later."""

    kind = "slow_first_token"
    ms: Milliseconds

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, its tokens later."""
        return compose(None).later(self.ms / 1000)
