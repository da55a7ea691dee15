"""One request to the API from its last body byte to its answer, and the endpoint that carries it there."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from starlette.types import Message, Receive, Scope, Send

from ..accounts import Member
from ..player import lent, respond
from ..simulation import Simulation
from ..wire.account import Account
from ..wire.errors import Refusal, server_error
from ..wire.headers import ANY_ORIGIN, RawHeaders, application_headers, cdn_headers, gateway_headers, raw
from ..wire.ids import request_id
from .encoding import gzipped
from .envelope import Envelope, envelope_of
from .upload import HungUpError, read_body

_logger = logging.getLogger(__name__)

NO_CONTENT: Final = 204
_KEPT_LENGTH: Final = 200
"""How much of a path or a model's name the journal keeps: both are the client's to choose."""


class Call:
    """One request. `trace` is its page of the journal; `trace.received_at` is time zero of its answer."""

    __slots__ = (
        "_send",
        "_sent",
        "content",
        "envelope",
        "member",
        "ratelimit",
        "receive",
        "scope",
        "simulation",
        "trace",
    )

    def __init__(
        self, simulation: Simulation, scope: Scope, receive: Receive, send: Send, *, body: bytes, received_at: float
    ) -> None:
        self.simulation = simulation
        self.scope = scope
        self.receive = receive
        self._send = send
        self._sent = False
        self.ratelimit: RawHeaders = []
        self.content = body
        self.envelope: Envelope = envelope_of(scope, body, simulation.bodies)
        self.member: Member = simulation.accounts.of(self.envelope.key or "")
        route = self.envelope.path[:_KEPT_LENGTH]
        trace = simulation.journal.open(request_id(simulation.entropy), route, received_at)
        trace.client_id = self.envelope.client_id
        trace.model = self.envelope.body.model and self.envelope.body.model[:_KEPT_LENGTH]
        trace.stream = self.envelope.body.stream
        trace.retry = self.envelope.retry
        if self.envelope.key is not None:
            trace.key = self.account.fingerprint
        self.trace = trace

    @property
    def started(self) -> bool:
        """Whether an answer has begun."""
        handover = lent(self.scope)
        return self._sent if handover is None else handover.begun

    @property
    def account(self) -> Account:
        """Who is asking."""
        return self.member.account

    @property
    def distance_s(self) -> float:
        """The time that the network takes, there and back, in real seconds."""
        settings, own_ms = self.simulation.settings, self.member.rtt_ms
        return (settings.rtt_ms if own_ms is None else own_ms) / 1e3 / settings.speed

    def elapsed_ms(self) -> int:
        """Whole milliseconds since the request was received."""
        return round((self.simulation.clock.now() - self.trace.received_at) * 1000)

    def headers(self, content_type: str, processing_ms: int) -> RawHeaders:
        """The headers of an answer of the application."""
        own = application_headers(self.account, self.trace.id, processing_ms, self.ratelimit)
        return [(b"content-type", content_type.encode()), *own, *self.around()]

    def around(self) -> RawHeaders:
        """What goes with every answer: what browsers want, and the decoration of a CDN where it is switched on."""
        extra = list(ANY_ORIGIN) if self.envelope.origin else []
        if self.simulation.settings.cdn_headers:
            extra += cdn_headers(self.simulation.entropy, self.simulation.clock.wall(self.trace.received_at))
        return extra

    async def send(self, message: Message) -> None:
        """ASGI's send, remembering that an answer has begun."""
        self._sent = True
        await self._send(message)

    async def respond(self, status: int, headers: RawHeaders, body: bytes) -> None:
        """Answer with a whole body; it is compressed for those who take it so."""
        self.trace.status = status
        if self.envelope.takes_gzip and status != NO_CONTENT:
            body = gzipped(body)
            headers.append((b"content-encoding", b"gzip"))
        if status != NO_CONTENT:
            headers.append((b"content-length", b"%d" % len(body)))
        handover = lent(self.scope)
        if handover is None:
            await self.send({"type": "http.response.start", "status": status, "headers": headers})
            await self.send({"type": "http.response.body", "body": body})
        elif not await respond(handover, status, headers, b"" if self.scope["method"] == "HEAD" else body):
            self.trace.status, self.trace.hung_up_at = None, self.simulation.clock.now()
            return
        self.trace.headers_at = self.trace.done_at = self.simulation.clock.now()

    async def begin(self, status: int, headers: RawHeaders, part: bytes, *, of: int) -> None:
        """Send the first part of a body of `of` bytes. Nothing of the rest will come."""
        self.trace.status = status
        headers.append((b"content-length", b"%d" % of))
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": part, "more_body": True})
        self.trace.headers_at = self.trace.done_at = self.simulation.clock.now()

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with an error, under the headers of whoever refuses."""
        self._note(refusal)
        match refusal.layer:
            case "edge":
                headers = [(b"content-type", refusal.content_type.encode())]
            case "gateway":
                headers = [(b"content-type", refusal.content_type.encode()), *gateway_headers(self.trace.id)]
                headers += self.around()
            case "limiter" | "application":
                headers = self.headers(refusal.content_type, self.elapsed_ms())
        await self.respond(refusal.status, headers + raw(refusal.headers), refusal.body)

    def _note(self, refusal: Refusal) -> None:
        """What the client is told of asking again."""
        trace = self.trace
        trace.error, trace.final = refusal.code, refusal.final
        for name, value in refusal.headers:
            if name == "retry-after-ms":
                trace.told_wait_ms = float(value)
            elif name == "retry-after" and trace.told_wait_ms is None:
                trace.told_wait_ms = float(value) * 1000

    async def fail(self, error: Exception) -> None:
        """Answer for a mistake of the server itself: the API's 500 and one line in the log."""
        where = traceback.extract_tb(error.__traceback__)[-1]
        _logger.error("request %s failed: %r at %s:%d", self.trace.id, error, where.filename, where.lineno)
        if not self.started:
            await self.refuse(server_error(self.trace.id))


class Endpoint(msgspec.Struct, frozen=True):
    """An ASGI app that reads the body, opens a call and has it answered."""

    simulation: Simulation
    answer: Callable[[Call], Awaitable[None]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong, in the API's own form."""
        settings = self.simulation.settings
        try:
            read = await read_body(scope, receive, most_bytes=settings.max_body_bytes, most_s=settings.body_timeout_s)
        except HungUpError:
            return
        body = b"" if isinstance(read, Refusal) else read
        call = Call(self.simulation, scope, receive, send, body=body, received_at=self.simulation.clock.now())
        try:
            if call.distance_s and not await _travelled(call):
                return
            await (call.refuse(read) if isinstance(read, Refusal) else self.answer(call))
        except Exception as error:
            await call.fail(error)
        finally:
            self.simulation.journal.over(call.trace)


async def _travelled(call: Call) -> bool:
    """Wait until the request has come from afar. The way back is waited for here too: a client cannot tell which it is.

    False: the client hung up meanwhile.
    """
    distance_s, trace, simulation = call.distance_s, call.trace, call.simulation
    if not await simulation.player.wait_until(trace.received_at + distance_s, call.scope, call.receive):
        trace.hung_up_at = simulation.clock.now()
        return False
    trace.received_at += distance_s
    return True
