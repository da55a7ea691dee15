"""`slow_headers`: everything later."""

from ..answer import Answer
from .base import Asked, Compose, Milliseconds, Table


class SlowHeadersFault(Table):
    """Everything, headers included, comes `ms` later."""

    kind = "slow_headers"
    ms: Milliseconds

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, later."""
        return compose(None).later(self.ms / 1000, headers=True)
