"""`garble`: a chunk that is no JSON."""

from .disturbing import BLANK_LINE, Disturbing


class GarbleFault(Disturbing):
    """A chunk, or the body, that is no JSON: its end is missing."""

    kind = "garble"

    @staticmethod
    def disturb(data: bytes) -> bytes:
        """The first two thirds."""
        end = BLANK_LINE if data.endswith(BLANK_LINE) else b""
        return data[: len(data) * 2 // 3].rstrip(b"}") + end
