"""Text with its token boundaries, and how tokenised parts become one reply.

Parts are tokenised apart and joined, so that what repeats is tokenised once. The result is what the tokenizer makes of
the whole text as long as it would split there anyway: between an ASCII letter and a full stop or closing quote, and
before a space with a letter behind it. The parts of this package begin and end that way.
"""

import codecs
import functools
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

import msgspec

from profiles.encodings import encoding, token_lengths

_TOPICS: Final = 1024
"""Topics whose tokens are remembered."""


class Tokenised(msgspec.Struct, frozen=True):
    """A part of a reply; `ends[i]` is how many code points of it have been said after its token i."""

    text: str
    ends: "array[int]"

    def __len__(self) -> int:
        """The number of tokens."""
        return len(self.ends)


def tokenise(text: str, encoding_name: str) -> Tokenised:
    """`text` with its real token boundaries; a character belongs to the token that completes it."""
    coder = encoding(encoding_name)
    tokens = coder.encode_ordinary(text)
    if text.isascii():
        lengths = token_lengths(encoding_name)
        return Tokenised(text, array("I", accumulate([lengths[token] for token in tokens])))
    decode = codecs.getincrementaldecoder("utf-8")().decode
    return Tokenised(text, array("I", accumulate(len(decode(piece)) for piece in coder.decode_tokens_bytes(tokens))))


@functools.cache
def joint(text: str, encoding_name: str) -> Tokenised:
    """One of the few fixed strings between parts, tokenised once."""
    return tokenise(text, encoding_name)


def filled(frame: str, topic: str, encoding_name: str, *, lead: str = "") -> Iterator[Tokenised]:
    """The parts of `lead` and a sentence with its slot filled. A frame is tokenised once.

    A slot stands between two spaces, or between a space and a punctuation mark, and a topic begins and ends with a
    letter or a digit: there the tokenizer splits. Of other scripts, whose marks it may join to what follows, the
    sentence is tokenised as a whole.
    """
    before, after = _slotted(frame)
    if not topic.isascii():
        yield tokenise(f"{lead}{before} {topic}{after}", encoding_name)
        return
    yield joint(lead + before, encoding_name)
    yield _slot(topic, encoding_name)
    yield joint(after, encoding_name)


@functools.lru_cache(_TOPICS)
def _slot(topic: str, encoding_name: str) -> Tokenised:
    """A topic in its slot. A reply comes back to it again and again, and so do other questions about it."""
    return tokenise(f" {topic}", encoding_name)


@functools.cache
def _slotted(frame: str) -> tuple[str, str]:
    """What stands before the slot of a frame, without the space, and what behind it."""
    before, _, rest = frame.partition(" {")
    return before, rest.partition("}")[2]


class Draft(msgspec.Struct):
    """A reply in the making: parts are appended, and cut to a number of tokens at the end."""

    encoding_name: str
    _texts: list[str] = msgspec.field(default_factory=list)
    _ends: "array[int]" = msgspec.field(default_factory=lambda: array("I"))

    def __len__(self) -> int:
        """The number of tokens so far."""
        return len(self._ends)

    def add(self, part: Tokenised) -> None:
        """Append a part that is tokenised already."""
        said = self._ends[-1] if self._ends else 0
        if len(part.ends) == 1:  # every other part is a full stop
            self._ends.append(said + part.ends[0])
        else:
            self._ends.extend([said + end for end in part.ends] if said else part.ends)
        self._texts.append(part.text)

    def say(self, parts: Iterable[Tokenised]) -> None:
        """Append parts that are tokenised already."""
        for part in parts:
            self.add(part)

    def join(self, text: str) -> None:
        """Append a fixed string: a full stop, a line break after one."""
        self.add(joint(text, self.encoding_name))

    def cut(self, tokens: int | None) -> Tokenised:
        """The draft as it stands, or its first `tokens` tokens."""
        ends = self._ends if tokens is None else self._ends[:tokens]
        return Tokenised("".join(self._texts)[: ends[-1] if ends else 0], ends)
