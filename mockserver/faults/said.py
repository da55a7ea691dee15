"""The answer is well-formed, but what it says is not what was hoped for."""

from array import array
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from ..answer import Answer
from ..reply import Reply
from .base import Asked, Compose, Placed, Table


class RefusalFault(Table):
    """The model will not answer, and says so in `refusal`."""

    kind = "refusal"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """A refusal."""
        return compose("refusal")


class ContentFilterFault(Table):
    """The content filter cuts the answer off in its middle."""

    kind = "content_filter"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The first half, and `content_filter`."""
        return compose("content_filter")


class EmptyFault(Table):
    """An answer without any text, that ends as if it were one."""

    kind = "empty"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """Nothing, and `stop`."""
        answer = _counted(compose(None).shortened(0), 0)
        choices = tuple(
            replace(choice, reply=Reply("", array("I"), "stop"), call_ids=()) for choice in answer.plan.choices
        )
        return replace(answer, plan=replace(answer.plan, choices=choices))


class LengthFault(Placed):
    """An answer that is cut off as if it had reached its limit."""

    kind = "length"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The first part, and `length`."""
        answer = compose(None)
        cut = answer.shortened(self.place(answer))
        choices = tuple(
            replace(choice, reply=replace(choice.reply, finish_reason="length")) for choice in cut.plan.choices
        )
        cut = replace(cut, plan=replace(cut.plan, choices=choices))
        return _counted(cut, sum(len(choice.reply) for choice in choices))


class WrongUsageFault(Table):
    """The completion tokens in `usage` are `factor` times what they were."""

    kind = "wrong_usage"
    factor: Annotated[float, Field(ge=0)] = 2.0

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, miscounted."""
        answer = compose(None)
        usage = answer.plan.usage
        wrong = replace(usage, completion_tokens=round(usage.completion_tokens * self.factor))
        return replace(answer, plan=replace(answer.plan, usage=wrong))


class MissingUsageFault(Table):
    """No `usage`, though it was asked for."""

    kind = "missing_usage"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, uncounted."""
        answer = compose(None)
        return replace(answer, delivery=replace(answer.delivery, shows_usage=False))


class BadToolCallFault(Table):
    """A tool is called with arguments that are no JSON, or one that was never offered. Text stays as it is."""

    kind = "bad_tool_call"
    form: Literal["not_json", "unknown_tool"] = "not_json"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, its calls spoilt."""
        answer = compose(None)
        choices = tuple(replace(choice, reply=self._spoilt(choice.reply)) for choice in answer.plan.choices)
        return replace(answer, plan=replace(answer.plan, choices=choices))

    def _spoilt(self, reply: Reply) -> Reply:
        if self.form == "unknown_tool":
            calls = tuple(replace(call, name="no_such_tool") for call in reply.calls)
            return replace(reply, calls=calls)
        calls = tuple(replace(call, arguments=_no_json(call.arguments)) for call in reply.calls)
        return replace(reply, calls=calls, text="".join(call.arguments for call in calls)) if calls else reply


def _no_json(arguments: str) -> str:
    """As long as before, so that its tokens end where they did."""
    return f"{arguments[:-1]})" if arguments else arguments


def _counted(answer: Answer, said: int) -> Answer:
    """The answer with a usage for so many visible tokens."""
    usage = replace(answer.plan.usage, completion_tokens=answer.plan.usage.reasoning_tokens + said)
    return replace(answer, plan=replace(answer.plan, usage=usage))
