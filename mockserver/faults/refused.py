"""The request fails as a whole: an HTTP error instead of an answer."""

from typing import Annotated, Literal

from pydantic import Field

from ..wire import errors
from ..wire.durations import go_duration
from ..wire.errors import Refusal
from .base import Asked, Compose, Layer, Table


class StatusFault(Table):
    """500 and 503 come from the application, other 5xx from the proxy in front, 4xx from whoever really sends them.

    `page`: what the proxy answers a browser, in HTML. Nothing is generated.
    """

    replaces = True
    status: Annotated[int, Field(ge=400, le=599)]
    page: bool = False

    @property
    def kind(self) -> str:  # type: ignore[override]
        """`status_502` and the like: a journal tells one status from another."""
        return f"status_{self.status}"

    @property
    def layer(self) -> Layer:  # type: ignore[override]
        """Who fails."""
        if self.status in (401, 403, 404, 429):
            return "limiter"
        return "edge" if self.status > 500 and self.status != 503 else "application"

    def edit(self, compose: Compose, asked: Asked) -> Refusal:  # noqa: ARG002
        """The error, with the request id where the real one quotes it."""
        return errors.of_status(
            self.status, request_id=asked.request_id, model=asked.model, whose=asked.whose, page=self.page
        )


class NotReadyFault(Table):
    """503 for the first `for_s` seconds of the server: it is there, but not ready."""

    kind = "not_ready"
    replaces = True
    for_s: Annotated[float, Field(gt=0)]

    def edit(self, compose: Compose, asked: Asked) -> Refusal:  # noqa: ARG002
        """The application's 503."""
        return errors.overloaded()


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


class QuotaFault(Table):
    """429: the account has no money left. Waiting does not help."""

    kind = "quota"
    replaces = True
    layer = "limiter"

    def edit(self, compose: Compose, asked: Asked) -> Refusal:  # noqa: ARG002
        """`insufficient_quota`."""
        return errors.insufficient_quota()
