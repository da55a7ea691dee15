"""Replies that were written before: a question has one answer, and load tests ask the same question often."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from .reply import Reply

Replies = tuple[Reply, ...]

_MOST_CODE_POINTS: Final = 16_000_000
"""About 40 MB with the ends of the tokens."""

_OVERHEAD: Final = 200
"""What a reply counts in addition to its text."""


class RememberedReplies:
    """The replies to the questions asked last, by what identifies a question; bounded by the length of all texts."""

    __slots__ = ("_held", "_length", "_most")

    def __init__(self, most_code_points: int = _MOST_CODE_POINTS) -> None:
        self._held: OrderedDict[bytes, Replies] = OrderedDict()
        self._length = 0
        self._most = most_code_points

    def __len__(self) -> int:
        return len(self._held)

    def get(self, identity: bytes, write: Callable[[], Replies]) -> Replies:
        """The replies of a question: remembered, or written now."""
        replies = self._held.get(identity)
        if replies is not None:
            self._held.move_to_end(identity)
            return replies
        replies = write()
        self._held[identity] = replies
        self._length += _length(replies)
        while self._length > self._most and len(self._held) > 1:
            _, oldest = self._held.popitem(last=False)
            self._length -= _length(oldest)
        return replies


def _length(replies: Replies) -> int:
    return sum(len(reply.text) + _OVERHEAD for reply in replies)
