"""Reading the body of a request: all of it, in time, and not more than is allowed."""

import asyncio

from starlette.types import Receive, Scope

from ..player import body_here
from ..wire.errors import Refusal, body_too_large, body_too_slow


class HungUpError(Exception):
    """The client left before the end of the body."""


async def read_body(scope: Scope, receive: Receive, *, most_bytes: int, most_s: float) -> bytes | Refusal:
    """The whole body, or why it is not read to its end. Raises HungUpError."""
    body = body_here(scope)
    if body is not None:  # by far the most frequent case: nothing to wait for
        return body if len(body) <= most_bytes else body_too_large(most_bytes)
    announced = dict(scope["headers"]).get(b"content-length", b"")
    if announced.isdigit() and int(announced) > most_bytes:
        return body_too_large(most_bytes)
    try:
        async with asyncio.timeout(most_s):
            return await _read(receive, most_bytes)
    except TimeoutError:
        return body_too_slow()


async def _read(receive: Receive, most_bytes: int) -> bytes | Refusal:
    parts: list[bytes] = []
    left = most_bytes
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUpError
        parts.append(message.get("body", b""))
        left -= len(parts[-1])
        if left < 0:
            return body_too_large(most_bytes)
        if not message.get("more_body", False):
            return b"".join(parts)
