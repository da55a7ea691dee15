"""`not_ready`: a server that is there, but not ready."""

from typing import Annotated

from pydantic import Field

from ..wire import errors
from ..wire.errors import Refusal
from .base import Asked, Compose, Table


class NotReadyFault(Table):
    """503 for the first `for_s` seconds of the server: it is there, but not ready."""

    kind = "not_ready"
    replaces = True
    for_s: Annotated[float, Field(gt=0)]

    def edit(self, compose: Compose, asked: Asked) -> Refusal:  # noqa: ARG002
        """The application's 503."""
        return errors.overloaded()
