"""`rate_limit`: a limit that somebody else used up."""

from typing import Annotated, Literal

from pydantic import Field

from ..wire import errors
from ..wire.durations import go_duration
from ..wire.errors import Refusal
from .base import Asked, Compose, Table


class RateLimitFault(Table):
    """429 in place of the limiter, which is not asked: a limit that somebody else used up."""

    kind = "rate_limit"
    replaces = True
    layer = "limiter"
    dimension: Literal["rpm", "rpd", "tpm", "tpd"] = "rpm"
    limit: Annotated[int, Field(ge=1)] = 500
    wait_ms: Annotated[int, Field(ge=0)] = 1_000

    def edit(self, compose: Compose, asked: Asked) -> Refusal:  # noqa: ARG002
        """The limiter's text and headers, with this wait."""
        return errors.rate_limited(
            asked.model,
            asked.whose,
            self.dimension,
            limit=self.limit,
            used=self.limit,
            requested=1,
            wait=go_duration(self.wait_ms / 1000),
            headers=(("retry-after-ms", str(self.wait_ms)), ("retry-after", str(-(-self.wait_ms // 1000)))),
        )
