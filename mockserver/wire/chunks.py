"""The frames of a streamed answer: rendered when due, from parts that are cut once.

A frame is `data: JSON` and a blank line. Everything but the delta, the log probabilities and the finish reason is the
same in all frames of a choice, and all but the id and the instant in those of a kind of stream: one frame is encoded in
full (with sse-starlette's own event) and taken apart.
"""

import functools
from random import Random
from typing import Any, Final, NamedTuple

import orjson
from sse_starlette import ServerSentEvent

from .bodies import Head, Usage
from .deltas import TEXT, Deltas
from .ids import alphanumeric

_DONE: Final = b"data: [DONE]\n\n"

_DELTA: Final = "<delta>"
_LOGPROBS: Final = "<logprobs>"
_FINISH: Final = "<finish>"
_ID: Final = "<id>"
_KINDS: Final = 256
_AROUND_JSON: Final = len("data: ") + len("\n\n")
_CLOSING: Final = len("}\n\n")

_PAD_MODULUS: Final = 16
_PAD_BYTES: Final = 1024

_NULL: Final = b"null"


class StreamFrames:
    """What the frames of one stream share, and those that belong to no choice.

    `usage` is given when the client asked for it (`include_usage`): every chunk then says `"usage":null`, and one more
    chunk without choices holds the counts, where it is to be seen (`shows_usage`). `padding` is given unless the client
    declined `include_obfuscation`: each chunk then ends in random characters, (-L) mod 16 many, where L is the length
    in code points of the chunk's JSON without them (fits 11,852 of 11,852 recorded chunks).
    """

    __slots__ = ("_head", "_pad_at", "_shows_usage", "_usage", "pad", "wide")

    def __init__(self, head: Head, usage: Usage | None, padding: Random | None, *, shows_usage: bool = True) -> None:
        self._head = head
        self._usage = usage
        self._shows_usage = shows_usage
        self.pad = b"" if padding is None else alphanumeric(_PAD_BYTES, padding).encode()
        self._pad_at = 0
        self.wide = extra_bytes(head.model.encode())

    @property
    def tail(self) -> bytes:
        """What follows the last choice: the usage if it was asked for, and the end mark."""
        if self._usage is None or not self._shows_usage:
            return _DONE
        return self.padded(_encoded(self._head, [], self._usage.to_dict(), told=True)) + _DONE

    def cut(self, index: int) -> tuple[bytes, bytes, bytes, bytes]:
        """A frame of choice `index` in four parts; between them go the delta, its log probabilities, the finish reason.

        Choices of reasoning models have no log probabilities: their second part leads to an empty third one.
        """
        head = self._head
        about = (head.model, head.fingerprint, head.service_tier)
        parts = _parts(*about, logprobs=head.logprobs, told=self._usage is not None, index=index)
        before = b"%b%b%b%d%b" % (parts.to_id, head.id.encode(), parts.to_created, head.created, parts.to_delta)
        return before, parts.key, parts.behind, parts.after

    def padded(self, frame: bytes) -> bytes:
        """A frame with its random end."""
        if not self.pad:
            return frame
        return b'%b,"obfuscation":"%b"}\n\n' % (frame[:-_CLOSING], self.next_pad(len(frame) - extra_bytes(frame)))

    def next_pad(self, frame_length: int) -> bytes:
        """The random characters for a frame that is so many code points long."""
        size = (_AROUND_JSON - frame_length) % _PAD_MODULUS
        start = self._pad_at
        self._pad_at = (start + size) % (_PAD_BYTES - _PAD_MODULUS)
        return self.pad[start : start + size]


def _encoded(head: Head, choices: list[dict[str, Any]], usage: dict[str, Any] | None, *, told: bool) -> bytes:
    """A frame, with the key `usage` where it is `told`."""
    chunk: dict[str, Any] = {
        "id": head.id,
        "object": "chat.completion.chunk",
        "created": head.created,
        "model": head.model,
        "service_tier": head.service_tier,
        "system_fingerprint": head.fingerprint,
        "choices": choices,
    }
    if told:
        chunk["usage"] = usage
    return ServerSentEvent(orjson.dumps(chunk).decode(), sep="\n").encode()


class _Parts(NamedTuple):
    """A frame without what makes it that of one stream, and of one event."""

    to_id: bytes
    to_created: bytes
    to_delta: bytes
    key: bytes
    behind: bytes
    after: bytes


@functools.lru_cache(_KINDS)
def _parts(model: str, fingerprint: str | None, tier: str, *, logprobs: bool, told: bool, index: int) -> _Parts:
    """The parts of the frames of a kind of stream, whose `usage` is told or not: of thousands of streams cut once."""
    choice: dict[str, Any] = {"index": index, "delta": _DELTA}
    if logprobs:
        choice["logprobs"] = _LOGPROBS
    choice["finish_reason"] = _FINISH
    head = Head(_ID, 0, model, fingerprint, logprobs=logprobs, service_tier=tier)
    rest, _, after = _encoded(head, [choice], None, told=told).rpartition(f'"{_FINISH}"'.encode())
    rest, _, between = rest.rpartition(f'"{_DELTA}"'.encode())
    key, _, behind = between.partition(f'"{_LOGPROBS}"'.encode())
    to_id, _, rest = rest.partition(_ID.encode())
    to_created, created, to_delta = rest.partition(b'"created":')
    return _Parts(to_id, to_created + created, to_delta.removeprefix(b"0"), key, behind, after)


class ChoiceFrames:
    """The frames of one choice of a stream. `alone`: the end of the choice is that of the stream."""

    __slots__ = ("_after", "_alone", "_before", "_behind", "_deltas", "_finish_reason", "_key", "_piece", "_stream")

    def __init__(
        self, stream: StreamFrames, finish_reason: str, deltas: Deltas = TEXT, *, index: int = 0, alone: bool = True
    ) -> None:
        self._stream = stream
        self._finish_reason = finish_reason
        self._deltas = deltas
        self._alone = alone
        self._before, self._key, self._behind, self._after = stream.cut(index)
        self._piece = self._around(deltas)

    @property
    def role(self) -> bytes:
        """The first frame: who speaks."""
        return self.frame(self._deltas.opening)

    def content(self, piece: str) -> bytes:
        """The frame of one piece of what is said."""
        text = orjson.dumps(piece)
        before, after = self._piece
        stream = self._stream
        if not stream.pad:
            return b"%b%b%b}\n\n" % (before, text, after)
        wide = stream.wide if piece.isascii() else stream.wide + extra_bytes(text)
        pad = stream.next_pad(len(before) + len(text) + len(after) + _CLOSING - wide)
        return b'%b%b%b,"obfuscation":"%b"}\n\n' % (before, text, after, pad)

    @property
    def tail(self) -> bytes:
        """What follows the last piece: the finish reason, and after the only choice the end of the stream."""
        finish = self.frame(b"{}", finish_reason=orjson.dumps(self._finish_reason))
        return finish + self._stream.tail if self._alone else finish

    def frame(self, delta: bytes, *, logprobs: bytes = _NULL, finish_reason: bytes = _NULL) -> bytes:
        """A frame with this delta."""
        shown = logprobs if self._behind else b""
        return self._stream.padded(
            b"%b%b%b%b%b%b%b" % (self._before, delta, self._key, shown, self._behind, finish_reason, self._after)
        )

    def _around(self, deltas: Deltas) -> tuple[bytes, bytes]:
        """What stands before and after each piece, up to where the obfuscation goes."""
        null = _NULL if self._behind else b""
        before = self._before + deltas.before
        return before, deltas.after + self._key + null + self._behind + _NULL + self._after[:-_CLOSING]


def extra_bytes(utf8: bytes) -> int:
    """How many bytes more than code points a text has."""
    return 0 if utf8.isascii() else len(utf8) - len(utf8.decode())
