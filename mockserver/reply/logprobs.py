"""How sure the model claims to have been of each token, and what else it might have said.

An assumption, in the shape that people plot: most tokens nearly certain, a few wide open. The certainty p of a token is
1 - u^3 with u uniform; alternatives share the rest by halves, the more likely first.
"""

import math
from array import array
from collections.abc import Iterator
from random import Random
from typing import Final

import msgspec

from profiles.encodings import encoding

from .reply import Reply

_LEAST_CERTAIN: Final = 0.02
_WORDS: Final = "the a and to of in is it that for you with on this as are be or at by from not can your an if we"
_OTHERS: Final = (",", ".", "\n", *(f" {word}" for word in _WORDS.split()))
"""Tokens of every encoding that could stand nearly anywhere."""


class Ranked(msgspec.Struct, frozen=True):
    """A token and its natural logarithm of probability. `utf8` may be part of a character."""

    utf8: bytes
    logprob: float

    @property
    def token(self) -> str:
        """The token as text; bytes that are no whole character are escaped, as the API shows them."""
        try:
            return self.utf8.decode()
        except UnicodeDecodeError:
            return "bytes:" + "".join(f"\\x{byte:02x}" for byte in self.utf8)


class TokenLogprob(msgspec.Struct, frozen=True):
    """A token that was said, and the likeliest ones at its place, itself among them."""

    said: Ranked
    top: tuple[Ranked, ...]


def logprobs(reply: Reply, encoding_name: str, top: int, rng: Random) -> Iterator[TokenLogprob]:
    """The log probabilities of a reply's tokens, one after the other, each with the `top` likeliest at its place."""
    for utf8 in token_bytes(reply.text, reply.ends, encoding_name):
        yield _judged(utf8, top, rng)


def token_bytes(text: str, ends: "array[int]", encoding_name: str) -> Iterator[bytes]:
    """The bytes of each token. Those that end inside a character share out what the tokenizer makes of it."""
    start, waiting = 0, 1
    for end in ends:
        if end == start:
            waiting += 1
            continue
        piece, start = text[start:end], end
        if waiting == 1:
            yield piece.encode()
        else:
            yield from _split(piece, waiting, encoding_name)
            waiting = 1
    yield from [b""] * (waiting - 1)  # cut off inside a character: what was begun is not known any more


def _split(piece: str, count: int, encoding_name: str) -> list[bytes]:
    """A piece as `count` tokens."""
    coder = encoding(encoding_name)
    parts: list[bytes] = coder.decode_tokens_bytes(coder.encode_ordinary(piece))
    while len(parts) > count:
        parts[-2:] = [parts[-2] + parts[-1]]
    return parts + [b""] * (count - len(parts))


def _judged(utf8: bytes, top: int, rng: Random) -> TokenLogprob:
    certainty = max(_LEAST_CERTAIN, 1 - rng.random() ** 3)
    said = Ranked(utf8, round(math.log(certainty), 8))
    others = [other.encode() for other in rng.sample(_OTHERS, min(top, len(_OTHERS)))] if top else []
    rest, ranked = 1 - certainty, [said]
    for other in others:
        if other != utf8:
            rest /= 2
            ranked.append(Ranked(other, round(math.log(max(rest, 1e-9)), 8)))
    likeliest = sorted(ranked, key=lambda each: -each.logprob)[:top]
    return TokenLogprob(said, tuple(likeliest) if said in likeliest or not top else (*likeliest[:-1], said))
