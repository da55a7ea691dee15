"""The frames of several tool calls in one choice, as recorded: one call after the other, cut regardless of tokens."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from random import Random
from typing import Final

from .chunks import ChoiceFrames, StreamFrames
from .deltas import SEVERAL_CALLS, CallHead, Deltas, one_of_several

_SLICE: Final = (4, 7)
"""Code points of a fragment, at least and at most."""


def slices(arguments: Sequence[str], rng: Random) -> "array[int]":
    """Where the fragments of several calls end, in code points of all arguments together; a call ends a fragment."""
    ends = array("I")
    said = 0
    for end in accumulate(map(len, arguments)):
        while said < end:
            said = min(end, said + rng.randint(*_SLICE))
            ends.append(said)
    return ends


def whole_slices(token_ends: "array[int]", slice_ends: "array[int]") -> "array[int]":
    """How much has been said after each token when only whole fragments are: the rest waits for a later token."""
    return array("I", (slice_ends[found - 1] if (found := bisect_right(slice_ends, end)) else 0 for end in token_ends))


class CallsFrames:
    """The frames of a choice that makes several calls. Pieces end where fragments do (`whole_slices`)."""

    __slots__ = ("_at", "_calls", "_choice", "_deltas", "_slices", "_starts")

    def __init__(
        self,
        stream: StreamFrames,
        finish_reason: str,
        calls: Sequence[tuple[CallHead, str]],
        slice_ends: "array[int]",
        *,
        index: int = 0,
        alone: bool = True,
    ) -> None:
        self._choice = ChoiceFrames(stream, finish_reason, Deltas(SEVERAL_CALLS, b"", b""), index=index, alone=alone)
        self._deltas = [one_of_several(place, head) for place, (head, _) in enumerate(calls)]
        self._starts = list(accumulate((len(arguments) for _, arguments in calls), initial=0))
        self._slices = slice_ends
        self._at = 0

    @property
    def role(self) -> bytes:
        """The first frame: who speaks."""
        return self._choice.role

    def content(self, piece: str) -> bytes:
        """The frames of all fragments in a piece, each call opened before its first one."""
        frames = []
        start, end = self._at, self._at + len(piece)
        at = start
        while at < end:
            call = bisect_right(self._starts, at) - 1
            if at == self._starts[call]:
                frames.append(self._choice.frame(self._deltas[call].opening))
            following = self._slices[bisect_right(self._slices, at)]
            frames.append(self._choice.frame(self._deltas[call].delta(piece[at - start : following - start])))
            at = following
        self._at = end
        return b"".join(frames)

    @property
    def tail(self) -> bytes:
        """What follows the last fragment."""
        return self._choice.tail
