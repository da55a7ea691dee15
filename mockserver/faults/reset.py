"""`reset`: a connection that is reset."""

from ..answer import Answer, Outcome, Silence
from .base import Asked, Compose
from .disconnect import DisconnectFault


class ResetFault(DisconnectFault):
    """The same, with a TCP reset; what the client has not read yet is lost to it. Under TLS clients see an end."""

    kind = "reset"

    def edit(self, compose: Compose, asked: Asked) -> Outcome:
        """The answer, its connection reset."""
        match super().edit(compose, asked):
            case Silence(wait_s=wait_s):
                return Silence(wait_s, "reset")
            case Answer() as answer:
                return answer._replace(delivery=answer.delivery._replace(end="reset"))
            case refusal:
                return refusal
