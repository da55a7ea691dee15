"""`disconnect`: a connection that is closed."""

from ..answer import Outcome, Silence
from .base import Asked, Compose, Layer, Placed


class DisconnectFault(Placed):
    """The connection is closed in the middle of the answer: its last chunk is missing, or the rest of its body.

    `before_headers`: nothing is answered at all.
    """

    kind = "disconnect"
    before_headers: bool = False

    @property
    def layer(self) -> Layer:  # type: ignore[override]
        """Before the headers it is the proxy who closes."""
        return "edge" if self.before_headers else "application"

    @property
    def replaces(self) -> bool:  # type: ignore[override]
        """Whether nothing is answered."""
        return self.before_headers

    def edit(self, compose: Compose, asked: Asked) -> Outcome:  # noqa: ARG002
        """The answer, cut off with its connection."""
        if self.before_headers:
            return Silence(0.0)
        answer = compose(None)
        return answer._replace(delivery=answer.delivery._replace(tokens=self.place(answer), end="cut"))
