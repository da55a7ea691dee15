"""`bad_tool_call`: a call that cannot be made."""

from typing import Literal

from msgspec.structs import replace

from ..answer import Answer
from ..reply import Reply
from .base import Asked, Compose, Table


class BadToolCallFault(Table):
    """A tool is called with arguments that are no JSON, or one that was never offered. Text stays as it is."""

    kind = "bad_tool_call"
    form: Literal["not_json", "unknown_tool"] = "not_json"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, its calls spoilt."""
        answer = compose(None)
        choices = tuple(choice._replace(reply=self._spoilt(choice.reply)) for choice in answer.plan.choices)
        return answer._replace(plan=answer.plan.saying(choices))

    def _spoilt(self, reply: Reply) -> Reply:
        if self.form == "unknown_tool":
            calls = tuple(replace(call, name="no_such_tool") for call in reply.calls)
            return replace(reply, calls=calls)
        calls = tuple(replace(call, arguments=_no_json(call.arguments)) for call in reply.calls)
        return replace(reply, calls=calls, text="".join(call.arguments for call in calls)) if calls else reply


def _no_json(arguments: str) -> str:
    """As long as before, so that its tokens end where they did."""
    return f"{arguments[:-1]})" if arguments else arguments
