"""Bands of token counts: powers of two, so that requests of like size are compared."""

from typing import NamedTuple

from profiles.record import Tokens


class Kind(NamedTuple):
    """What attempts have in common: their class, and the bands of their tokens (numbers of bits; None: not known)."""

    class_: str
    prompt: int | None
    output: int | None


def band(count: int | None) -> int | None:
    """The band of a count: band b holds 2^(b-1) to 2^b - 1, band 0 nothing but 0."""
    return None if count is None else count.bit_length()


def kind_of(class_: str, tokens: Tokens | None) -> Kind:
    """What an attempt is compared with."""
    if tokens is None:
        return Kind(class_, None, None)
    return Kind(class_, band(tokens.prompt), band(tokens.completion))


def words(band: int) -> str:
    """A band for a person: "256-511"; the bands of one and of no token are called by it."""
    return f"{1 << band >> 1}-{(1 << band) - 1}" if band > 1 else str(band)
