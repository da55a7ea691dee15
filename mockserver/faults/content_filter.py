"""`content_filter`: a filter that cuts the answer off."""

from ..answer import Answer
from .base import Asked, Compose, Table


class ContentFilterFault(Table):
    """The content filter cuts the answer off in its middle."""

    kind = "content_filter"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The first half, and `content_filter`."""
        return compose("content_filter")
