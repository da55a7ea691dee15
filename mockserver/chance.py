"""Chance that does not depend on the order of arrival: seeded by what is asked, and how often it was asked before.

The identity of a request is a hash of its key, route and body; its ordinal counts earlier requests of that identity.
What must be alike every time (the text) comes from (seed, identity); what may differ from one asking to the next
(latency, faults) from (seed, identity, ordinal). Each purpose has a generator of its own, so that a new draw in one
shifts none of the others.
"""

import sys
from array import array
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import blake2b, shake_128
from random import Random
from struct import Struct
from typing import Any, Final, NamedTuple

import orjson

_NOT_IDENTITY: Final = frozenset({"stream", "stream_options", "user", "safety_identifier", "metadata", "store"})
_DIGEST_BYTES: Final = 16
_REMEMBERED: Final = 100_000
_NUMBERS: Final = 8
"""How many numbers a digest gives."""
_UNPACKED: Final = Struct(f"<{_NUMBERS}Q").unpack
_PER_UNIT: Final = 2.0**-53
_WORD_BYTES: Final = 4


def identity(key: str, route: str, body: bytes) -> bytes:
    """What makes two requests the same question: key, route and the digest of the body."""
    return blake2b(b"%b\0%b\0%b" % (key.encode(), route.encode(), body), digest_size=_DIGEST_BYTES).digest()


def canonical(body: Mapping[str, Any]) -> bytes:
    """A parsed body without the order of its keys and without what does not change the answer.

    That is `stream`, `stream_options`, `user`, `safety_identifier`, `metadata` and `store`. Raises TypeError for one
    that is nested too deeply.
    """
    asked = {name: value for name, value in body.items() if name not in _NOT_IDENTITY}
    return orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)


class Ordinals:
    """How often each identity was seen. The one unseen for longest is forgotten when there are too many."""

    __slots__ = ("_remembered", "_seen")

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._seen: OrderedDict[bytes, int] = OrderedDict()
        self._remembered = remembered

    def clear(self) -> None:
        """Forget all of them."""
        self._seen.clear()

    def next(self, seen: bytes) -> int:
        """0 for the first request of an identity, then 1, 2, ..."""
        ordinal = self._seen.get(seen, -1) + 1
        self._seen[seen] = ordinal
        if ordinal:
            self._seen.move_to_end(seen)
        elif len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        return ordinal


def _label(seed: int, identity: bytes, ordinal: int | None, purpose: str) -> bytes:
    """What the numbers of one purpose are digested from."""
    return b"%b%b" % (f"{seed}/{purpose}/{'' if ordinal is None else ordinal}/".encode(), identity)


class Draws:
    """A few random numbers for one purpose, made when they are taken.

    A generator's state of 2.5 KB takes 15 us to seed, for the two or three numbers that most requests need; here a
    number is eight bytes of a digest.
    """

    __slots__ = ("_block", "_numbers", "_source", "_taken")

    def __init__(self, seed: int, identity: bytes, ordinal: int | None, purpose: str) -> None:
        self._source = seed, identity, ordinal, purpose
        self._numbers: tuple[int, ...] = ()
        self._block = -1
        self._taken = 0

    def random(self) -> float:
        """The next number, uniform in [0, 1): one of 2^53."""
        block, place = divmod(self._taken, _NUMBERS)
        if block != self._block:
            self._block = block
            label = _label(*self._source)
            self._numbers = _UNPACKED(blake2b(label, digest_size=_NUMBERS * 8, salt=b"%d" % block).digest())
        self._taken += 1
        return (self._numbers[place] >> 11) * _PER_UNIT

    def skip(self) -> None:
        """Pass over a number, so that whether one is wanted shifts none of those behind it."""
        self._taken += 1

    def words(self, count: int) -> "array[int]":
        """So many whole numbers below 2^32, made at once: a sequence beside the numbers taken one by one.

        More of them begin with the same.
        """
        seed, identity, ordinal, purpose = self._source
        label = _label(seed, identity, ordinal, f"{purpose}/words")
        found = array("I", shake_128(label).digest(count * _WORD_BYTES))
        if sys.byteorder == "big":
            found.byteswap()
        return found


class Chance(NamedTuple):
    """The chance of one request."""

    seed: int
    identity: bytes
    ordinal: int

    def generator(self, purpose: str) -> Random:
        """For what takes many numbers: the same for every asking of the question."""
        label = _label(self.seed, self.identity, None, purpose)
        return Random(int.from_bytes(blake2b(label, digest_size=_DIGEST_BYTES).digest()))

    def of_question(self, purpose: str) -> Draws:
        """Draws that are the same for every asking of the question."""
        return Draws(self.seed, self.identity, None, purpose)

    def of_request(self, purpose: str) -> Draws:
        """Draws anew for each asking."""
        return Draws(self.seed, self.identity, self.ordinal, purpose)


def of_choice(purpose: str, index: int) -> str:
    """What a draw for one choice of an answer is called: the first is the one that a request for a single one gets."""
    return f"{purpose}/{index}" if index else purpose


def of_everybody(seed: int) -> Callable[[str], Draws]:
    """Draws, by their purpose, for what no single request decides: what befalls everybody."""
    return lambda purpose: Draws(seed, b"", None, purpose)
