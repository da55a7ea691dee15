"""`empty`: an answer without text."""

from array import array

from ..answer import Answer
from ..reply import Reply
from .base import Asked, Compose, Table
from .counting import counted


class EmptyFault(Table):
    """An answer without any text, that ends as if it were one."""

    kind = "empty"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """Nothing, and `stop`."""
        answer = counted(compose(None).shortened(0), 0)
        choices = tuple(
            choice._replace(reply=Reply("", array("I"), "stop"), call_ids=()) for choice in answer.plan.choices
        )
        return answer._replace(plan=answer.plan.saying(choices))
