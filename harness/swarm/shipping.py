"""Replicating a file that only grows: by offsets, whatever is lost, doubled or late on the way.

The sender repeats what is not acknowledged; the receiver appends what continues its copy, and acknowledges by saying
how much it has. So both can be cut off at any time and go on from where they are.
"""

from dataclasses import dataclass
from typing import Final

CHUNK_BYTES: Final = 256 * 1024


@dataclass(slots=True)
class Shipment:
    """The sender's side: the other one has the first `acknowledged` bytes, as far as it has said so."""

    acknowledged: int = 0

    def due(self, size: int) -> range:
        """The bytes to send next of a file of `size` bytes; empty when all of it has arrived."""
        return range(self.acknowledged, min(size, self.acknowledged + CHUNK_BYTES))

    def acknowledge(self, offset: int) -> bool:
        """Take an acknowledgement in; whether it is news."""
        news = offset > self.acknowledged
        self.acknowledged = max(self.acknowledged, offset)
        return news


def continuing(size: int, offset: int, data: bytes) -> bytes:
    """What of `data`, which begins at `offset`, continues a copy of `size` bytes; nothing if it is known or early."""
    return data[size - offset :] if offset <= size else b""
