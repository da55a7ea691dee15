"""`refusal`: a model that will not answer."""

from ..answer import Answer
from .base import Asked, Compose, Table


class RefusalFault(Table):
    """The model will not answer, and says so in `refusal`."""

    kind = "refusal"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """A refusal."""
        return compose("refusal")
