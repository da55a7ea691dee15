"""The frames of a streamed answer: rendered when due, from parts that are cut once per stream.

A frame is `data: JSON` and a blank line. Everything but the delta and the finish reason is the same in all frames of a
stream, so one frame is encoded in full (with sse-starlette's own event) and taken apart.
"""

from random import Random
from typing import Any, Final

import orjson
from sse_starlette import ServerSentEvent

from .bodies import Head, Usage
from .ids import alphanumeric

_DONE: Final = b"data: [DONE]\n\n"

_DELTA: Final = "<delta>"
_FINISH: Final = "<finish>"
_ROLE: Final = b'{"role":"assistant","content":"","refusal":null}'
_AROUND_JSON: Final = len("data: ") + len("\n\n")
_CLOSING: Final = len("}\n\n")

_PAD_MODULUS: Final = 16
_PAD_BYTES: Final = 1024


class ChunkFrames:
    """The frames of one stream.

    `usage` is given when the client asked for it (`include_usage`): every chunk then says `"usage":null`, and one more
    chunk without choices holds the counts. `padding` is given unless the client declined `include_obfuscation`: each
    chunk then ends in random characters, (-L) mod 16 many, where L is the length in code points of the chunk's JSON
    without them (fits 11,852 of 11,852 recorded chunks).
    """

    __slots__ = ("_finish_reason", "_frame", "_head", "_pad", "_pad_at", "_text", "_usage", "_wide")

    def __init__(self, head: Head, finish_reason: str, usage: Usage | None, padding: Random | None) -> None:
        self._head = head
        self._finish_reason = finish_reason
        self._usage = usage
        self._pad = b"" if padding is None else alphanumeric(_PAD_BYTES, padding).encode()
        self._pad_at = 0
        self._wide = _extra_bytes(head.model.encode())
        self._frame = self._cut()
        before, between, after = self._frame
        self._text = before + b'{"content":', b"}" + between + b"null" + after[:-_CLOSING]

    @property
    def role(self) -> bytes:
        """The first frame: who speaks."""
        return self._choice(_ROLE, b"null")

    def content(self, piece: str) -> bytes:
        """The frame of one piece of text."""
        text = orjson.dumps(piece)
        before, after = self._text
        if not self._pad:
            return b"%b%b%b}\n\n" % (before, text, after)
        wide = self._wide if piece.isascii() else self._wide + _extra_bytes(text)
        pad = self._next_pad(len(before) + len(text) + len(after) + _CLOSING - wide)
        return b'%b%b%b,"obfuscation":"%b"}\n\n' % (before, text, after, pad)

    @property
    def tail(self) -> bytes:
        """All that follows the text: the finish reason, the usage if it was asked for, and the end mark."""
        finish = self._choice(b"{}", orjson.dumps(self._finish_reason))
        usage = b"" if self._usage is None else self._padded(self._encoded([], self._usage.to_dict()))
        return finish + usage + _DONE

    def _choice(self, delta: bytes, finish_reason: bytes) -> bytes:
        before, between, after = self._frame
        return self._padded(before + delta + between + finish_reason + after)

    def _padded(self, frame: bytes) -> bytes:
        """A frame that holds nothing wide but the model's name, with its random end."""
        if not self._pad:
            return frame
        return b'%b,"obfuscation":"%b"}\n\n' % (frame[:-_CLOSING], self._next_pad(len(frame) - self._wide))

    def _next_pad(self, frame_length: int) -> bytes:
        """The random characters for a frame that is so many code points long."""
        size = (_AROUND_JSON - frame_length) % _PAD_MODULUS
        start = self._pad_at
        self._pad_at = (start + size) % (_PAD_BYTES - _PAD_MODULUS)
        return self._pad[start : start + size]

    def _cut(self) -> tuple[bytes, bytes, bytes]:
        """A frame in three parts: before the delta, between it and the finish reason, and after that."""
        choice: dict[str, Any] = {"index": 0, "delta": _DELTA}
        if self._head.logprobs:
            choice["logprobs"] = None
        choice["finish_reason"] = _FINISH
        rest, _, after = self._encoded([choice], None).rpartition(f'"{_FINISH}"'.encode())
        before, _, between = rest.rpartition(f'"{_DELTA}"'.encode())
        return before, between, after

    def _encoded(self, choices: list[dict[str, Any]], usage: dict[str, Any] | None) -> bytes:
        head = self._head
        chunk: dict[str, Any] = {
            "id": head.id,
            "object": "chat.completion.chunk",
            "created": head.created,
            "model": head.model,
            "service_tier": head.service_tier,
            "system_fingerprint": head.fingerprint,
            "choices": choices,
        }
        if self._usage is not None:
            chunk["usage"] = usage
        return ServerSentEvent(orjson.dumps(chunk).decode(), sep="\n").encode()


def _extra_bytes(utf8: bytes) -> int:
    """How many bytes more than code points a text has."""
    return 0 if utf8.isascii() else len(utf8) - len(utf8.decode())
