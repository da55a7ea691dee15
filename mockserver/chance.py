"""Chance that does not depend on the order of arrival: seeded by what is asked, and how often it was asked before.

The identity of a request is a hash of its key, route and body; its ordinal counts earlier requests of that identity.
What must be alike every time (the text) comes from (seed, identity); what may differ from one asking to the next
(latency, faults) from (seed, identity, ordinal). Each purpose has a generator of its own, so that a new draw in one
shifts none of the others.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from typing import Any, Final

import orjson

_NOT_IDENTITY: Final = frozenset({"stream", "stream_options", "user", "safety_identifier", "metadata", "store"})
_DIGEST_BYTES: Final = 16
_REMEMBERED: Final = 100_000


def identity(key: str, route: str, body: Mapping[str, Any] | bytes) -> bytes:
    """What makes two requests the same question: key, route and body.

    A parsed body counts without the order of its keys and without what does not change the answer (`stream`,
    `stream_options`, `user`, `safety_identifier`, `metadata`, `store`), one that is not a JSON object as its bytes.
    """
    canonical = body if isinstance(body, bytes) else _canonical(body)
    return blake2b(b"%b\0%b\0%b" % (key.encode(), route.encode(), canonical), digest_size=_DIGEST_BYTES).digest()


def _canonical(body: Mapping[str, Any]) -> bytes:
    asked = {name: value for name, value in body.items() if name not in _NOT_IDENTITY}
    return orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)


class Ordinals:
    """How often each identity was seen. The one unseen for longest is forgotten when there are too many."""

    __slots__ = ("_remembered", "_seen")

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._seen: OrderedDict[bytes, int] = OrderedDict()
        self._remembered = remembered

    def next(self, seen: bytes) -> int:
        """0 for the first request of an identity, then 1, 2, ..."""
        ordinal = self._seen.get(seen, -1) + 1
        self._seen[seen] = ordinal
        if ordinal:
            self._seen.move_to_end(seen)
        elif len(self._seen) > self._remembered:
            self._seen.popitem(last=False)
        return ordinal


def generator(seed: int, identity: bytes, ordinal: int | None, purpose: str) -> Random:
    """The generator of one purpose; without an ordinal it is the same for every asking of a question."""
    label = f"{seed}/{purpose}/{'' if ordinal is None else ordinal}/".encode()
    return Random(int.from_bytes(blake2b(label + identity, digest_size=_DIGEST_BYTES).digest()))


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance of one request."""

    seed: int
    identity: bytes
    ordinal: int

    def of_question(self, purpose: str) -> Random:
        """A generator that draws the same for every asking of the question."""
        return generator(self.seed, self.identity, None, purpose)

    def of_request(self, purpose: str) -> Random:
        """A generator that draws anew for each asking."""
        return generator(self.seed, self.identity, self.ordinal, purpose)
