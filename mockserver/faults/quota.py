"""`quota`: an account without money."""

from ..wire import errors
from ..wire.errors import Refusal
from .base import Asked, Compose, Table


class QuotaFault(Table):
    """429: the account has no money left. Waiting does not help."""

    kind = "quota"
    replaces = True
    layer = "limiter"

    def edit(self, compose: Compose, asked: Asked) -> Refusal:  # noqa: ARG002
        """`insufficient_quota`."""
        return errors.insufficient_quota()
