"""`slow_tokens`: a stream that crawls."""

from typing import Annotated

from pydantic import Field

from ..answer import Answer
from .base import Asked, Compose, Table


class SlowTokensFault(Table):
    """The gaps between tokens are `factor` times as long."""

    kind = "slow_tokens"
    factor: Annotated[float, Field(gt=0)]

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, stretched."""
        return compose(None).slower(self.factor)
