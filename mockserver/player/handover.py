"""What a server lends the paced player, in `scope["extensions"][HANDOVER]`, so that it can write past ASGI's `send`."""

from asyncio import WriteTransport
from typing import Final, Protocol

from starlette.types import Scope

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
        """Where the body goes between the ASGI start and the ASGI end of the response."""

    @property
    def chunked(self) -> bool:
        """Whether the body goes out in chunks (HTTP/1.1) or plainly, ended by the close (HTTP/1.0)."""

    def take_body(self) -> bytes | None:
        """The whole body, if all of it is here: nobody need `receive()` it then. Otherwise None, and it stays."""

    def lend(self, flow: Flow) -> None:
        """From now on `flow` writes the body. Called before the ASGI start."""

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
