"""`missing_usage`: tokens that are not counted."""

from dataclasses import replace

from ..answer import Answer
from .base import Asked, Compose, Table


class MissingUsageFault(Table):
    """No `usage`, though it was asked for."""

    kind = "missing_usage"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, uncounted."""
        answer = compose(None)
        return replace(answer, delivery=replace(answer.delivery, shows_usage=False))
