"""`duplicate_chunk`: a chunk that comes twice."""

from .disturbing import EVENT, Disturbing


class DuplicateChunkFault(Disturbing):
    """A chunk that comes twice. A whole body comes once."""

    kind = "duplicate_chunk"

    @staticmethod
    def disturb(data: bytes) -> bytes:
        """The event, and once more."""
        return data * 2 if data.startswith(EVENT) else data
