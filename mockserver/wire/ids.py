"""The identifiers of the API, in its own patterns; the randomness is an argument."""

from functools import lru_cache
from hashlib import blake2b
from random import Random
from typing import Final

_BASE62: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FROM_BYTE: Final = bytes(ord(_BASE62[byte % len(_BASE62)]) for byte in range(256))
_EPOCH: Final = 1_576_800_000
_TIME_DIGITS: Final = 5
_REMEMBERED: Final = 256
"""Models, and seconds, of which what they look like in ids is remembered."""


def chat_completion_id(created: int, rng: Random) -> str:
    """`chatcmpl-` and 29 characters: `created` - 1576800000 as 5 digits in base 62, then 24 random ones.

    Fits 16,748 of 16,748 recorded ids. `created` is in unix seconds.
    """
    return f"chatcmpl-{_instant(created)}{alphanumeric(24, rng)}"


def request_id(rng: Random) -> str:
    """`req_` and 32 hexadecimal digits."""
    return f"req_{rng.getrandbits(128):032x}"


def call_id(rng: Random) -> str:
    """`call_` and 24 characters."""
    return f"call_{alphanumeric(24, rng)}"


@lru_cache(_REMEMBERED)
def fingerprint(snapshot: str) -> str:
    """`fp_` and 10 hexadecimal digits, always the same ones for a model."""
    return f"fp_{blake2b(snapshot.encode(), digest_size=5).hexdigest()}"


def alphanumeric(length: int, rng: Random) -> str:
    """Random digits and letters. The first eight of the 62 come up a quarter more often than the others."""
    return rng.randbytes(length).translate(_FROM_BYTE).decode("ascii")


@lru_cache(_REMEMBERED)
def _instant(created: int) -> str:
    """Unix seconds in an id."""
    number, found = created - _EPOCH, ""
    for _ in range(_TIME_DIGITS):
        number, digit = divmod(number, 62)
        found = _BASE62[digit] + found
    return found
