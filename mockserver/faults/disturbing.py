"""What faults share that spoil one chunk."""

from typing import Final

from ..answer import Answer, Disturbance
from .base import Asked, Compose, Placed

EVENT: Final = b"data: "
BLANK_LINE: Final = b"\n\n"


class Disturbing(Placed):
    """One chunk of a stream, or a whole body, is spoilt; everything else is as it should be."""

    @staticmethod
    def disturb(data: bytes) -> bytes:
        """What becomes of it."""
        raise NotImplementedError

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer with a spoilt chunk."""
        answer = compose(None)
        disturbance = Disturbance(self.place(answer), self.disturb)
        delivery = answer.delivery._replace(disturbances=(*answer.delivery.disturbances, disturbance))
        return answer._replace(delivery=delivery)
