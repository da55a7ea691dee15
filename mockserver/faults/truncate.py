"""`truncate`: a clean end that comes too early."""

from ..answer import Answer
from .base import Asked, Compose, Placed


class TruncateFault(Placed):
    """The answer ends cleanly in its middle: no finish reason, no usage, no [DONE]; a whole body is half a body."""

    kind = "truncate"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, cut off."""
        answer = compose(None)
        return answer._replace(delivery=answer.delivery._replace(tokens=self.place(answer), end="silent"))
