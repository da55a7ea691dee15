"""`hang`: no answer."""

from ..answer import Silence
from .base import Asked, Compose, Milliseconds, Table


class HangFault(Table):
    """No answer: the connection stays open until the client gives up, or for `for_ms`."""

    kind = "hang"
    layer = "edge"
    replaces = True
    for_ms: Milliseconds | None = None

    def edit(self, compose: Compose, asked: Asked) -> Silence:  # noqa: ARG002
        """Silence."""
        return Silence(None if self.for_ms is None else self.for_ms / 1000)
