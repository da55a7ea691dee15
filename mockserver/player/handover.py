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

    @property
    def arrived(self) -> bool:
        """Whether the whole request is here."""

    def lend(self, flow: Flow) -> None:
        """From now on `flow` writes the body. Called before the ASGI start."""

    def wake(self) -> None:
        """Make the response's `receive()` return."""


def lent(scope: Scope) -> Handover | None:
    """What the server lends for a request; None where it is another server."""
    handover: Handover | None = scope.get("extensions", {}).get(HANDOVER)
    return handover


def arrived(scope: Scope) -> bool:
    """Whether the whole request is known to be here."""
    handover = lent(scope)
    return handover is not None and handover.arrived
