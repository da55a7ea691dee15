"""Nothing goes wrong: the fault that most requests draw."""

from collections.abc import Callable
from typing import Final

from .base import Answer, Layer


class NoFault:
    """The null object of faults."""

    kind: Final = "none"
    layer: Final[Layer] = "application"

    def edit(self, compose: Callable[[], Answer], request_id: str) -> Answer:  # noqa: ARG002
        """The healthy answer."""
        return compose()


NO_FAULT: Final = NoFault()
