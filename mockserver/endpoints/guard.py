"""Who may see and change what is simulated: this machine, or whoever knows the token."""

import hmac
import ipaddress
from collections.abc import Collection
from typing import Final

import orjson
from starlette._utils import get_route_path
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_BEARER: Final = "bearer "
_ELSEWHERE: Final = "Only the server's own page may ask for this in a browser."
_WRONG: Final = "Wrong or missing token. Send it as Authorization: Bearer, as MOCK_ADMIN_TOKEN holds it on the server."


class Guarded:
    """Middleware: what `inside` answers is for this machine; to all others it is `outside` that is there.

    With a `token` it is for those who send it, wherever they are, and for nobody else; `open_paths` are for all of
    them. A page of somebody else's cannot ask for anything: browsers say where a request comes from.
    """

    def __init__(self, inside: ASGIApp, outside: ASGIApp, token: str | None, open_paths: Collection[str] = ()) -> None:
        self._inside = inside
        self._outside = outside
        self._token = token
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the address of the peer, since headers can say anything, or at the token."""
        if _is_foreign(scope):
            app: ASGIApp = _FOREIGN
        elif self._token is None:
            app = self._inside if is_loopback(scope.get("client")) else self._outside
        else:
            open_ = get_route_path(scope) in self._open_paths
            app = self._inside if open_ or _knows(scope, self._token) else _REFUSED
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


def _is_foreign(scope: Scope) -> bool:
    """Whether a browser asks for a page that came from elsewhere."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin")
    return origin is not None and origin.partition(b"://")[2] != headers.get(b"host")


def _knows(scope: Scope, token: str) -> bool:
    """Whether a request carries the token; how long the comparison takes tells nothing about it."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[: len(_BEARER)].lower() == _BEARER.encode():
            return hmac.compare_digest(value[len(_BEARER) :].strip(), token.encode())
    return False


_FOREIGN: Final = Response(
    orjson.dumps({"error": {"message": _ELSEWHERE, "type": "invalid_request_error"}}), 403, None, "application/json"
)
_REFUSED: Final = Response(
    orjson.dumps({"error": {"message": _WRONG, "type": "invalid_request_error"}}),
    401,
    {"www-authenticate": "Bearer"},
    "application/json",
)
