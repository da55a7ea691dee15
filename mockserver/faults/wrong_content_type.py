"""`wrong_content_type`: the right body, mislabelled."""

from ..answer import Answer
from .base import Asked, Compose, Table


class WrongContentTypeFault(Table):
    """The right body under another content type."""

    kind = "wrong_content_type"
    content_type: str = "text/html; charset=utf-8"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, mislabelled."""
        answer = compose(None)
        return answer._replace(delivery=answer.delivery._replace(content_type=self.content_type))
