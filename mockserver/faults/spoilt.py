"""The answer comes, but there is something wrong with its bytes."""

from dataclasses import replace
from typing import Final

import orjson

from ..answer import Answer, Disturbance
from .base import Asked, Compose, Placed, Table

_EVENT: Final = b"data: "
_BLANK_LINE: Final = b"\n\n"
_NO_UTF8: Final = b"\xc3("
_CONTENT: Final = b'"content"'


class ErrorEventFault(Placed):
    """An error inside of a 200: an event in the middle of a stream, which ends with it, or a body that is one."""

    kind = "error_event"
    message: str = "The server had an error while processing your request. Sorry about that!"
    type: str = "server_error"
    code: str | None = None

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer that turns into an error."""
        answer = compose(None)
        told = {"error": {"message": self.message, "type": self.type, "param": None, "code": self.code}}
        body = orjson.dumps(told)
        return replace(
            answer,
            delivery=replace(
                answer.delivery,
                tokens=self.place(answer),
                end="silent",
                last_words=_EVENT + body + _BLANK_LINE,
                body=body + b"\n",
            ),
        )


class _Disturbing(Placed):
    """One chunk of a stream, or a whole body, is spoilt; everything else is as it should be."""

    @staticmethod
    def disturb(data: bytes) -> bytes:
        """What becomes of it."""
        raise NotImplementedError

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer with a spoilt chunk."""
        answer = compose(None)
        disturbance = Disturbance(self.place(answer), self.disturb)
        delivery = replace(answer.delivery, disturbances=(*answer.delivery.disturbances, disturbance))
        return replace(answer, delivery=delivery)


class GarbleFault(_Disturbing):
    """A chunk, or the body, that is no JSON: its end is missing."""

    kind = "garble"

    @staticmethod
    def disturb(data: bytes) -> bytes:
        """The first two thirds."""
        end = _BLANK_LINE if data.endswith(_BLANK_LINE) else b""
        return data[: len(data) * 2 // 3].rstrip(b"}") + end


class BadUtf8Fault(_Disturbing):
    """Bytes in the text that are no UTF-8."""

    kind = "bad_utf8"

    @staticmethod
    def disturb(data: bytes) -> bytes:
        """The data with a broken character where the content begins, or in its last string."""
        key = data.find(_CONTENT)
        opening = data.find(b'"', key + len(_CONTENT)) if key >= 0 else -1
        place = opening + 1 if opening >= 0 else data.rfind(b'"')
        return data[:place] + _NO_UTF8 + data[place:]


class DuplicateChunkFault(_Disturbing):
    """A chunk that comes twice. A whole body comes once."""

    kind = "duplicate_chunk"

    @staticmethod
    def disturb(data: bytes) -> bytes:
        """The event, and once more."""
        return data * 2 if data.startswith(_EVENT) else data


class WrongContentTypeFault(Table):
    """The right body under another content type."""

    kind = "wrong_content_type"
    content_type: str = "text/html; charset=utf-8"

    def edit(self, compose: Compose, asked: Asked) -> Answer:  # noqa: ARG002
        """The answer, mislabelled."""
        answer = compose(None)
        return replace(answer, delivery=replace(answer.delivery, content_type=self.content_type))
