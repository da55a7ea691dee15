"""A body as far as it can be read without knowing the model: parsed once, however often it is sent."""

from functools import cached_property
from hashlib import blake2b
from typing import Any, Final

import msgspec
import orjson

from ..chance import canonical
from ..question import Conversation
from .reading import conversation_of

_DIGEST_BYTES: Final = 16


class Body(msgspec.Struct, frozen=True, dict=True):
    """A parsed body; `fields` is None when it is not a JSON object. `digest` tells questions apart.

    `model` is the model asked for, if one is named, `stream` whether a stream is.
    """

    fields: dict[str, Any] | None
    digest: bytes
    model: str | None = None
    stream: bool = False

    @cached_property
    def conversation(self) -> Conversation:
        """Its messages, as far as they are messages."""
        return conversation_of(self.fields or {})


def body_of(content: bytes, *, json: bool = True) -> Body:
    """The body of these bytes; without `json` nobody looks for JSON in them."""
    fields = _json_object(content) if json else None
    digest = blake2b(_identifying(fields, content), digest_size=_DIGEST_BYTES).digest()
    if fields is None:
        return Body(None, digest)
    name = fields.get("model")
    return Body(fields, digest, name if isinstance(name, str) and name else None, fields.get("stream") is True)


def _identifying(fields: dict[str, Any] | None, content: bytes) -> bytes:
    if fields is None:
        return content
    try:
        return canonical(fields)
    except TypeError:  # nested too deeply to be written down again
        return content


def _json_object(content: bytes) -> dict[str, Any] | None:
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
