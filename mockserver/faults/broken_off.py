"""The answer does not come to its end, or does not come at all."""

from dataclasses import replace

from ..answer import Answer, Outcome, Silence
from .base import Asked, Compose, Layer, Milliseconds, Placed, Table


class TruncateFault(Placed):
    """The answer ends cleanly in its middle: no finish reason, no usage, no [DONE]; a whole body is half a body."""

    kind = "truncate"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, cut off."""
        answer = compose(None)
        return replace(answer, delivery=replace(answer.delivery, tokens=self.place(answer), end="silent"))


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
        return replace(answer, delivery=replace(answer.delivery, tokens=self.place(answer), end="cut"))


class ResetFault(DisconnectFault):
    """The same, with a TCP reset; what the client has not read yet is lost to it. Under TLS clients see an end."""

    kind = "reset"

    def edit(self, compose: Compose, asked: Asked) -> Outcome:
        """The answer, its connection reset."""
        match super().edit(compose, asked):
            case Silence(wait_s=wait_s):
                return Silence(wait_s, "reset")
            case Answer() as answer:
                return replace(answer, delivery=replace(answer.delivery, end="reset"))
            case refusal:
                return refusal


class HangFault(Table):
    """No answer: the connection stays open until the client gives up, or for `for_ms`."""

    kind = "hang"
    layer = "edge"
    replaces = True
    for_ms: Milliseconds | None = None

    def edit(self, compose: Compose, asked: Asked) -> Silence:  # noqa: ARG002
        """Silence."""
        return Silence(None if self.for_ms is None else self.for_ms / 1000)
