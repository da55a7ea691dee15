"""What is no endpoint: paths that do not exist, and methods that a path does not take."""

from collections.abc import Awaitable, Callable

from ..wire.errors import invalid_url, wrong_method
from ..wire.headers import preflight_headers
from .call import NO_CONTENT, Call

_REQUESTED = b"access-control-request-headers"


async def unknown_path(call: Call) -> None:
    """404."""
    await call.refuse(invalid_url(call.envelope.method, call.envelope.path))


def other_method(allowed: str) -> Callable[[Call], Awaitable[None]]:
    """What answers methods that a path does not take: 405, but for the question of a browser whether it may ask."""

    async def answer(call: Call) -> None:
        if call.envelope.method != "OPTIONS":
            await call.refuse(wrong_method(call.envelope.method, call.envelope.path, allowed))
            return
        wanted = next((value for name, value in call.scope["headers"] if name == _REQUESTED), b"*")
        await call.respond(NO_CONTENT, preflight_headers(allowed, wanted), b"")

    return answer
