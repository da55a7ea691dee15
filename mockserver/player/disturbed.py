"""Streams with something wrong: frames that are changed, missing, or the last that are seen of a connection."""

from collections.abc import Callable

import msgspec

from .passing import Passing
from .playback import Frames


class BrokenFrames:
    """The frames of a choice that ends without its tail; `last_words` come in its place."""

    __slots__ = ("_frames", "tail")

    def __init__(self, frames: Frames, last_words: bytes = b"") -> None:
        self._frames = frames
        self.tail = last_words

    @property
    def role(self) -> bytes:
        """The first frame."""
        return self._frames.role

    def content(self, piece: str) -> bytes:
        """The frame of one piece."""
        return self._frames.content(piece)


class LastWords(msgspec.Struct, frozen=True):
    """What follows the last choice of an answer that does not end."""

    tail: bytes


class DisturbedFrames:
    """The frames of a choice, of which the one behind `before` frames of content is changed, or the last there is."""

    __slots__ = ("_change", "_frames", "_left")

    def __init__(self, frames: Frames, before: int, change: Callable[[bytes], bytes]) -> None:
        self._frames = frames
        self._left = before
        self._change = change

    @property
    def role(self) -> bytes:
        """The first frame."""
        return self._frames.role

    @property
    def tail(self) -> bytes:
        """What follows the last piece."""
        return self._frames.tail

    def content(self, piece: str) -> bytes:
        """The frame of one piece, changed when it is its turn."""
        frame = self._frames.content(piece)
        self._left -= 1
        return self._change(frame) if self._left == -1 else frame


class BrokenOff(Passing):
    """A performance whose connection ends with it."""

    __slots__ = ()
