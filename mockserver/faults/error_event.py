"""`error_event`: an error inside of a 200."""

import orjson

from ..answer import Answer
from .base import Asked, Compose, Placed
from .disturbing import BLANK_LINE, EVENT


class ErrorEventFault(Placed):
    """An error inside of a 200: an event in the middle of a stream, which ends with it, or a body that is one."""

    kind = "error_event"
    message: str = "The server had an error while processing your request. Sorry about that!"
    type: str = "server_error"
    code: str | None = None

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer that turns into an error."""
        answer = compose(None)
        told = {"error": {"message": self.message, "type": self.type, "param": None, "code": self.code}}
        body = orjson.dumps(told)
        return answer._replace(
            delivery=answer.delivery._replace(
                tokens=self.place(answer),
                end="silent",
                last_words=EVENT + body + BLANK_LINE,
                body=body + b"\n",
            ),
        )
