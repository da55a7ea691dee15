"""`length`: an answer cut off as if at its limit."""

from msgspec.structs import replace

from ..answer import Answer
from .base import Asked, Compose, Placed
from .counting import counted


class LengthFault(Placed):
    """An answer that is cut off as if it had reached its limit."""

    kind = "length"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The first part, and `length`."""
        answer = compose(None)
        cut = answer.shortened(self.place(answer))
        choices = tuple(
            choice._replace(reply=replace(choice.reply, finish_reason="length")) for choice in cut.plan.choices
        )
        cut = cut._replace(plan=cut.plan.saying(choices))
        return counted(cut, sum(len(choice.reply) for choice in choices))
