"""Results of pure functions that are asked for again and again: load tests send the same requests many times."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """What was computed last, by key; bounded by the weight of all of it, the one unused for longest goes first.

    A result heavier than everything that is kept is given all the same.
    """

    __slots__ = ("_held", "_most", "_weigh", "_weight")

    def __init__(self, most: int, weigh: Callable[[bytes, Value], int]) -> None:
        self._held: OrderedDict[bytes, Value] = OrderedDict()
        self._most = most
        self._weigh = weigh
        self._weight = 0

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, key: bytes) -> bool:
        return key in self._held

    def get(self, key: bytes, compute: Callable[[], Value]) -> Value:
        """The result for a key: remembered, or computed now."""
        value = self._held.get(key)
        if value is not None:
            self._held.move_to_end(key)
            return value
        value = compute()
        self._held[key] = value
        self._weight += self._weigh(key, value)
        while self._weight > self._most and len(self._held) > 1:
            old_key, old = self._held.popitem(last=False)
            self._weight -= self._weigh(old_key, old)
        return value
