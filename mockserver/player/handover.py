"""What a server lends its app, in `scope["extensions"][HANDOVER]`, so that answers can be written past ASGI's `send`.

ASGI has a head and a body sent apart, and a server checks and renders them anew each time. Two writes are two packets,
which wake a waiting client twice.
"""

from asyncio import WriteTransport
from typing import Final, Protocol

from starlette.types import Scope

from .performance import RawHeaders

HANDOVER: Final = "mockserver.handover"


class Flow(Protocol):
    """Whoever writes to a transport, and must stop when its buffer is full."""

    def pause(self) -> None:
        """The reader is slow: write no more."""

    def resume(self) -> None:
        """The reader has caught up: go on."""

    def lost(self) -> None:
        """The connection is gone: write nothing any more."""


class Handover(Protocol):
    """One response's share of its connection."""

    @property
    def transport(self) -> WriteTransport:
        """Where the response goes, if it does not go through ASGI's `send`."""

    @property
    def chunked(self) -> bool:
        """Whether the body goes out in chunks (HTTP/1.1) or plainly, ended by the close (HTTP/1.0)."""

    def take_body(self) -> bytes | None:
        """The whole body, if all of it is here: nobody need `receive()` it then. Otherwise None, and it stays."""

    @property
    def begun(self) -> bool:
        """Whether a response has begun, this way or through ASGI's `send`."""

    async def ready(self) -> bool:
        """Wait until the transport takes more. False: the client has left."""

    def head(self, status: int, headers: RawHeaders, *, stream: bool = False) -> bytes:
        """The head of the response, which has begun with it: the caller writes it, and what comes behind it.

        Of a `stream` the length is not known before.
        """

    def finish(self) -> None:
        """All of a response that began with `head` was written."""

    def lend(self, flow: Flow) -> None:
        """From now on `flow` writes the body."""

    def wake(self) -> None:
        """Make the response's `receive()` return."""


def lent(scope: Scope) -> Handover | None:
    """What the server lends for a request; None where it is another server."""
    handover: Handover | None = scope.get("extensions", {}).get(HANDOVER)
    return handover


def body_here(scope: Scope) -> bytes | None:
    """The body of a request, taken past ASGI's `receive`, where all of it is known to be here."""
    handover = lent(scope)
    return None if handover is None else handover.take_body()


async def respond(handover: Handover, status: int, headers: RawHeaders, body: bytes) -> bool:
    """A whole answer in one write; `headers` say how long the body is. False: the client has left, nothing was sent."""
    if not await handover.ready():
        return False
    handover.transport.write(handover.head(status, headers) + body)
    handover.finish()
    return True
