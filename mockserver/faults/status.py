"""`status`: an HTTP error instead of an answer."""

from typing import Annotated

from pydantic import Field

from ..wire import errors
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
