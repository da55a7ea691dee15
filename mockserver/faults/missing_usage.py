"""`missing_usage`: tokens that are not counted."""

from ..answer import Answer
from .base import Asked, Compose, Table


class MissingUsageFault(Table):
    """No `usage`, though it was asked for."""

    kind = "missing_usage"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, uncounted."""
        answer = compose(None)
        return answer._replace(delivery=answer.delivery._replace(shows_usage=False))
