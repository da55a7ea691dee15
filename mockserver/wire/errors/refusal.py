"""An error as an answer, rendered as whoever refuses renders it.

Who refuses decides how the body is laid out and which headers travel with it:

    edge         the proxy in front: bodies and headers of its own, no x-request-id
    gateway      JSON, key, model: four spaces and a newline, `<`, `>` and `&` escaped; no openai-* headers
    limiter      the gateway's body under the application's headers
    application  fields and failures: two spaces, no newline; openai-* and rate-limit headers
"""

from collections.abc import Sequence
from json.encoder import encode_basestring
from typing import Final, Literal

import msgspec

Layer = Literal["edge", "gateway", "limiter", "application"]
Headers = tuple[tuple[str, str], ...]

INVALID: Final = "invalid_request_error"
GATEWAY_JSON: Final = "application/json; charset=utf-8"
VARIES: Final[Headers] = (("vary", "Origin"),)
_GO_ESCAPES: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class Refusal(msgspec.Struct, frozen=True):
    """An answer that is an error: complete, rendered, generated from nothing.

    `code` is the error's, where it has one; `final`: asking again cannot help, though the status says it could.
    """

    status: int
    body: bytes
    content_type: str
    layer: Layer
    headers: Headers = ()
    code: str | None = None
    final: bool = False


def gateway(
    status: int, message: str, *, param: str | None = None, code: str | None = None, headers: Headers = ()
) -> Refusal:
    """What the gateway answers."""
    body = gateway_body(message, INVALID, param, code)
    return Refusal(status, body, GATEWAY_JSON, "gateway", (*VARIES, *headers), code)


def gateway_body(message: str, type_: str, param: str | None, code: str | None) -> bytes:
    """An error in the gateway's layout."""
    return _utf8(_envelope(message, type_, param, code, " " * 4).translate(_GO_ESCAPES) + "\n")


def application(
    message: str, param: str | None = None, code: str | None = None, *, status: int = 400, type_: str = INVALID
) -> Refusal:
    """What the application answers."""
    body = _utf8(_envelope(message, type_, param, code, " " * 2))
    return Refusal(status, body, "application/json", "application", code=code)


def listed(names: Sequence[str]) -> str:
    """Quoted names as the messages list them: 'a', 'b', and 'c'."""
    quoted = [f"'{name}'" for name in names]
    return f"{', '.join(quoted[:-1])}, and {quoted[-1]}" if len(quoted) > 2 else " and ".join(quoted)


def _envelope(message: str, type_: str, param: str | None, code: str | None, indent: str) -> str:
    """The envelope of an error, written out: `json` has no fast way to indent."""
    fields = (("message", message), ("type", type_), ("param", param), ("code", code))
    lines = ",\n".join(f'{indent * 2}"{key}": {_json(value)}' for key, value in fields)
    return f'{{\n{indent}"error": {{\n{lines}\n{indent}}}\n}}'


def _json(text: str | None) -> str:
    return "null" if text is None else encode_basestring(text)


def _utf8(text: str) -> bytes:
    """UTF-8, with what JSON escapes smuggled in as half a surrogate pair written as "?"."""
    return text.encode("utf-8", errors="replace")
