"""Nothing goes wrong: the fault that most requests draw."""

from typing import Final

from ..answer import Answer
from .base import Asked, Compose, Layer


class NoFault:
    """The null object of faults."""

    kind: Final = "none"
    layer: Final[Layer] = "application"
    replaces: Final = False

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The healthy answer."""
        return compose(None)


NO_FAULT: Final = NoFault()
