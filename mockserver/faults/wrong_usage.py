"""`wrong_usage`: tokens that are miscounted."""

from typing import Annotated

from pydantic import Field

from ..answer import Answer
from .base import Asked, Compose, Table


class WrongUsageFault(Table):
    """The completion tokens in `usage` are `factor` times what they were."""

    kind = "wrong_usage"
    factor: Annotated[float, Field(ge=0)] = 2.0

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, miscounted."""
        answer = compose(None)
        usage = answer.plan.usage
        wrong = usage._replace(completion_tokens=round(usage.completion_tokens * self.factor))
        return answer._replace(plan=answer.plan._replace(usage=wrong))
