"""uvicorn's HTTP/1.1 protocol, which also lends its transport to the player and answers garbage like the real API."""

import asyncio
import re
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from ..player.handover import HANDOVER, Flow
from ..player.performance import RawHeaders
from ..wire.errors import Refusal, head_too_large, malformed_http

MOST_HEAD_BYTES: Final = 64 * 1024
MOST_HEAD_S: Final = 60.0
"""What the real edge allows is not known."""
_CHUNKED: Final = (b"transfer-encoding", b"chunked")
_CLOSE: Final = (b"connection", b"close")
_FORBIDDEN: Final = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
"""What would end the value of a header, or is not text."""


class Bell:
    """What uvicorn has an `asyncio.Event` for, six hundred bytes smaller: that one has room for 64 who wait."""

    __slots__ = ("_rung", "_waiting")

    def __init__(self) -> None:
        self._rung = False
        self._waiting: list[asyncio.Future[None]] = []

    def set(self) -> None:
        """Wake all who wait, and let nobody wait from now on."""
        self._rung = True
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    def clear(self) -> None:
        """Let them wait again."""
        self._rung = False

    async def wait(self) -> None:
        """Return once it is set."""
        if self._rung:
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            await waiting
        finally:
            self._waiting.remove(waiting)


class CycleHandover:
    """A `Handover` of one request-response cycle."""

    __slots__ = ("_cycle", "_protocol", "chunked", "transport")

    def __init__(self, protocol: "HandoverProtocol", cycle: RequestResponseCycle) -> None:
        self._protocol = protocol
        self._cycle = cycle
        self.transport: asyncio.Transport = protocol.transport
        self.chunked = cycle.scope["http_version"] == "1.1"

    def take_body(self) -> bytes | None:
        """What `receive()` would give, if that is all there is; None where more has to come, or the client has left."""
        cycle = self._cycle
        if cycle.more_body or cycle.waiting_for_100_continue or cycle.disconnected:
            return None
        cycle.flow.resume_reading()
        cycle.message_event.clear()
        body, cycle.body = bytes(cycle.body), bytearray()
        return body

    @property
    def begun(self) -> bool:
        """Whether a response has begun, this way or through ASGI's `send`."""
        return self._cycle.response_started

    async def ready(self) -> bool:
        """Wait until the transport's buffer has room. False: the client has left."""
        cycle = self._cycle
        if cycle.flow.write_paused and not cycle.disconnected:
            await cycle.flow.drain()
        if self.transport.is_closing():
            cycle.disconnected = True  # uvicorn hears of it later, and would miss an answer meanwhile
        return not cycle.disconnected

    def head(self, status: int, headers: RawHeaders, *, stream: bool = False) -> bytes:
        """What uvicorn's `send` would write. Raises ValueError for a value that is no header's."""
        cycle = self._cycle
        if _FORBIDDEN.search(b"".join([value for _, value in headers])):
            raise ValueError(f"a control character in the headers {headers}")
        cycle.response_started = True
        cycle.waiting_for_100_continue = False
        if _CLOSE in headers:
            cycle.keep_alive = False
        elif not cycle.keep_alive:
            headers = [*headers, _CLOSE]
        if stream and self.chunked:
            headers = [*headers, _CHUNKED]
        lines = b"".join(map(b"%b: %b\r\n".__mod__, cycle.default_headers + headers))
        return STATUS_LINE[status] + lines + b"\r\n"

    def finish(self) -> None:
        """Let uvicorn go on to the next request, or close."""
        cycle = self._cycle
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def lend(self, flow: Flow) -> None:
        """Tell `flow` from now on when the transport's buffer is full."""
        self._protocol.writer = flow

    def wake(self) -> None:
        """Make the cycle's `receive()` return."""
        self._cycle.message_event.set()


class HandoverProtocol(HttpToolsProtocol):
    """One connection.

    Its own attributes have slots: as many as uvicorn's and these share no keys any more, and a dictionary for each of
    thousands of connections takes a kilobyte.
    """

    __slots__ = ("_head_bytes", "_head_timer", "_in_head", "_unanswered", "writer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.writer: Flow | None = None
        self._unanswered: list[RequestResponseCycle] = []  # hardly ever two: a deque has room for 64
        self._in_head = False
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        """Parse. A head is bounded in size, and in time when it does not come in one piece."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self._refuse(head_too_large(MOST_HEAD_BYTES))
            elif self._head_timer is None:
                self._head_timer = self.loop.call_later(MOST_HEAD_S, self.transport.close)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Put the hand-over into the scope. The request's task exists then, but has not run yet."""
        self._in_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        super().on_headers_complete()
        self.cycle.message_event = Bell()  # type: ignore[assignment]
        self._unanswered.append(self.cycle)
        self.scope["extensions"] = {HANDOVER: CycleHandover(self, self.cycle)}  # type: ignore[dict-item]

    def on_response_complete(self) -> None:
        """Take the transport back."""
        self.writer = None
        del self._unanswered[0]
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell all waiting requests. uvicorn tells the newest only, which with pipelining is not the one that plays."""
        writer, self.writer = self.writer, None
        if writer is not None:
            writer.lost()
        if self._head_timer is not None:
            self._head_timer.cancel()
        super().connection_lost(exc)
        for cycle in self._unanswered:
            cycle.disconnected = True
            cycle.message_event.set()

    def pause_writing(self) -> None:
        """The transport's buffer is full."""
        super().pause_writing()
        if self.writer is not None:
            self.writer.pause()

    def resume_writing(self) -> None:
        """The transport's buffer has room again."""
        super().resume_writing()
        if self.writer is not None:
            self.writer.resume()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's plain text is not the API's
        """Answer what is not HTTP with an error of the API."""
        self._refuse(malformed_http())

    def _refuse(self, refusal: Refusal) -> None:
        """Answer with an error and close, unless that would land in the middle of an answer."""
        if not any(cycle.response_started for cycle in self._unanswered):
            headers = [
                *self.server_state.default_headers,
                (b"content-type", refusal.content_type.encode()),
                (b"content-length", str(len(refusal.body)).encode()),
                (b"connection", b"close"),
            ]
            lines = b"".join(b"%b: %b\r\n" % header for header in headers)
            self.transport.write(STATUS_LINE[refusal.status] + lines + b"\r\n" + refusal.body)
        self.transport.close()
