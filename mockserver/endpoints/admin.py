"""/_mock: the truth about the simulation, for whoever runs it. From this machine only."""

import ipaddress
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from profiles.errors import ProfileError

from ..simulation import Simulation
from .changes import changed

_PAGE = 1_000
_LARGEST_PAGE = 10_000
_DIGITS = 18


class LoopbackOnly:
    """Middleware: what `inside` answers is for this machine; to all others it is `outside` that is there."""

    def __init__(self, inside: ASGIApp, outside: ASGIApp) -> None:
        self._inside = inside
        self._outside = outside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the address of the peer; headers can say anything."""
        app = self._inside if is_loopback(scope.get("client")) else self._outside
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


@dataclass(frozen=True, slots=True)
class Admin:
    """The endpoints of /_mock."""

    simulation: Simulation

    async def requests(self, request: Request) -> Response:
        """`?since=SEQ&limit=N`: journal entries after number SEQ, oldest first, and the number of the latest."""
        try:
            since = _whole_number(request, "since", 0)
            limit = min(_whole_number(request, "limit", _PAGE), _LARGEST_PAGE)
        except ValueError as error:
            return _json({"error": {"message": str(error), "type": "invalid_request_error"}}, 400)
        journal = self.simulation.journal
        entries = [entry.to_dict() for entry in journal.entries(since, limit)]
        return _json({"requests": entries, "last_seq": journal.last_seq})

    async def request(self, request: Request) -> Response:
        """The journal entry of one x-request-id or X-Client-Request-Id."""
        id_ = request.path_params["id"]
        entry = self.simulation.journal.find(id_)
        if entry is None:
            message = f"The journal holds no request {id_!r}."
            return _json({"error": {"message": message, "type": "invalid_request_error"}}, 404)
        return _json(entry.to_dict())

    async def state(self, _request: Request) -> Response:
        """What is simulated. Times are epoch seconds."""
        simulation, settings = self.simulation, self.simulation.settings
        return _json(
            {
                "seed": settings.seed,
                "speed": settings.speed,
                "start_at": settings.start_at,
                "simulated_at": simulation.clock.simulated(simulation.clock.now()),
                "latency": simulation.composer.latency.name,
                "limits": simulation.current.limits.name,
                "faults": simulation.faults.name,
                "last_seq": simulation.journal.last_seq,
            }
        )

    async def change(self, request: Request) -> Response:
        """Change what is simulated, all of what the body says or nothing; the answer is the new state."""
        try:
            self.simulation.state.current = changed(self.simulation.current, await request.body())
        except ProfileError as error:
            return _json({"error": {"message": str(error), "type": "invalid_request_error"}}, 400)
        return await self.state(request)


def _whole_number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise ValueError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
