"""Who may see and change what is simulated: this machine, or whoever knows the token."""

import hmac
import ipaddress
from typing import Final

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_BEARER: Final = "bearer "
_WRONG: Final = "Wrong or missing token. Send it as Authorization: Bearer, as MOCK_ADMIN_TOKEN holds it on the server."


class Guarded:
    """Middleware: what `inside` answers is for this machine; to all others it is `outside` that is there.

    With a `token` it is for those who send it, wherever they are, and for nobody else.
    """

    def __init__(self, inside: ASGIApp, outside: ASGIApp, token: str | None) -> None:
        self._inside = inside
        self._outside = outside
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the address of the peer, since headers can say anything, or at the token."""
        if self._token is None:
            app = self._inside if is_loopback(scope.get("client")) else self._outside
        else:
            app = self._inside if _knows(scope, self._token) else _REFUSED
        await app(scope, receive, send)


def is_loopback(peer: tuple[str, int] | None) -> bool:
    """Whether a peer (host, port) is this machine."""
    if peer is None:
        return False
    try:
        address = ipaddress.ip_address(peer[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)


def _knows(scope: Scope, token: str) -> bool:
    """Whether a request carries the token; how long the comparison takes tells nothing about it."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[: len(_BEARER)].lower() == _BEARER.encode():
            return hmac.compare_digest(value[len(_BEARER) :].strip(), token.encode())
    return False


_REFUSED: Final = Response(
    orjson.dumps({"error": {"message": _WRONG, "type": "invalid_request_error"}}),
    401,
    {"www-authenticate": "Bearer"},
    "application/json",
)
