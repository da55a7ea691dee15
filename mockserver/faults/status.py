"""The request fails as a whole: an HTTP error instead of an answer."""

from collections.abc import Callable
from typing import Literal

from profiles.schema import Envelope

from ..wire.errors import Refusal, bad_gateway, gateway_timeout, overloaded, server_error
from .base import Answer, Layer


class StatusFault(Envelope):
    """500 and 503 come from the application, 502 and 504 from the proxy in front of it. Nothing is generated."""

    status: Literal[500, 502, 503, 504]
    """The HTTP status."""

    @property
    def kind(self) -> str:
        """`status_502` and the like: a journal tells one status from another."""
        return f"status_{self.status}"

    @property
    def layer(self) -> Layer:
        """Who fails."""
        return "edge" if self.status in (502, 504) else "application"

    def edit(self, compose: Callable[[], Answer], request_id: str) -> Refusal:  # noqa: ARG002
        """The error, with the request id where the real one quotes it."""
        match self.status:
            case 500:
                return server_error(request_id)
            case 502:
                return bad_gateway()
            case 503:
                return overloaded()
            case 504:
                return gateway_timeout()
