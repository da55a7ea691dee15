"""One exchange as it happens: the request written, the answer read to its end, every read stamped as it came."""

import ssl
import time
from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic
from typing import Any

from msgspec.structs import replace

from ..measure.timeline import Clock, Failure, Link, Timeline
from .connection import Connection
from .hang_up import NEVER, HangUp
from .reception import Reception, error_in
from .timeouts import Timeouts
from .wire import Wire

BODY_KEPT = 4096
"""How much of a refusal's body is kept, in characters."""


class Exchange:
    """What is known of an exchange so far. It begins when it is made."""

    def __init__(
        self,
        *,
        stream: bool,
        usage_asked: bool,
        timeouts: Timeouts,
        loop_lag_s: Callable[[float], float],
        hang_up: HangUp = NEVER,
    ) -> None:
        """`loop_lag_s(begun)` is the most that this process was late to notice anything since then, in seconds."""
        self.link = Link()
        self.failure: Failure | None = None
        self._stream = stream
        self._usage_asked = usage_asked
        self.timeouts = timeouts
        self._loop_lag_s = loop_lag_s
        self._hang_up = hang_up
        self._reception: Reception | None = None
        self._ended_s: float | None = None
        self._sent_at = time.time()
        self._begun = monotonic()
        self._latest_s = 0.0
        self._lag_s = 0.0
        self._clock: Clock = "kernel"
        self._is_urgent = False

    def elapsed_s(self) -> float:
        """Seconds since it began."""
        return monotonic() - self._begun

    @property
    def died_unheard(self) -> bool:
        """Whether the connection was lost before a single byte of the answer came."""
        return self.failure is not None and self.failure.kind in ("reset", "eof") and self._heard_s is None

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another request."""
        return self._reception is not None and self._reception.parser.reusable

    def failed(self, failure: Failure) -> None:
        """Note what ended it; what comes after the answer has settled is no failure of it."""
        self._ended_s = self.elapsed_s()
        if self._reception is not None:
            self._reception.take_in()
        if self._reception is None or self._reception.settled_s is None:
            self.failure = failure

    def run(self, connection: Connection, request: bytes) -> None:
        """Write the request and read the answer. Failures are noted, not raised."""
        self.failure = self._reception = None
        try:
            connection.wire.send(request, max(self.timeouts.total_s - self.elapsed_s(), 0.001))
            self._reception = Reception(
                stream=self._stream, written_s=self.elapsed_s(), timeouts=self.timeouts, hang_up=self._hang_up
            )
            self._read(connection, self._reception)
        except TimeoutError:
            self.failed(Failure("answer", "total_timeout", "the request could not be sent in time"))
        except ssl.SSLEOFError as error:
            self.failed(Failure("answer", "eof", str(error)))
        except ssl.SSLError as error:
            self.failed(Failure("answer", "protocol", str(error)))
        except OSError as error:
            self.failed(Failure("answer", "reset", error.strerror or str(error)))

    def timeline(self, redact: Callable[[str], str]) -> Timeline:
        """What was observed, without what `redact` takes out of texts."""
        reception = self._reception or Reception(stream=self._stream, written_s=0.0, timeouts=self.timeouts)
        reply, refusal = reception.reply(), reception.refusal()
        seen = Timeline(
            sent_at=self._sent_at,
            stream=self._stream,
            usage_asked=self._usage_asked,
            link=self.link,
            status=reception.parser.status,
            headers=reception.parser.headers,
            headers_s=reception.headers_s,
            first_event_s=reception.first_event_s,
            first_visible_s=reception.first_visible_s,
            reads=reception.reads,
            done_s=reception.settled_s or self._ended_s or reception.last_s,
            reply=reply if reply.error is None else replace(reply, error=_redacted(reply.error, redact)),
            clock=None if reception.last_s is None else self._clock,
            lag_s=None if reception.last_s is None else max(self._lag_s, self._loop_lag_s(self._begun)),
        )
        if self.failure is None and not refusal:  # apart: a call that names more than 15 makes a dictionary of them
            return seen
        return replace(
            seen,
            body=redact(refusal.decode(errors="replace"))[:BODY_KEPT],
            error=_redacted(error_in(refusal), redact),
            failure=self.failure,
        )

    @property
    def _heard_s(self) -> float | None:
        return None if self._reception is None else self._reception.last_s

    def _read(self, connection: Connection, reception: Reception) -> None:
        """Have the answer read until it is over, or until one of the timeouts strikes."""
        wire = connection.wire
        wire.hurry(self._stream)
        self._is_urgent = self._stream
        try:
            wire.follow(partial(self._take, wire, reception), self._begun + reception.due()[0])
        except TimeoutError:
            self.failed(Failure("answer", reception.due()[1], f"nothing more after {self.elapsed_s():.3f} s"))
            return
        finally:
            wire.hurry(False)
        if reception.parser.broken is not None:
            self.failed(Failure("answer", "protocol", reception.parser.broken))

    def _take(self, wire: Wire, reception: Reception, data: bytes, read_s: float, came_s: float | None) -> float | None:
        """Take in what one read returned; when more is due, None when nothing more is wanted."""
        if not data:
            reception.end(read_s - self._begun)
            if not reception.over:
                self.failed(Failure("answer", "eof", "the connection was closed before the end of the answer"))
            return None
        if came_s is None:
            self._clock = "app"
            came_s = read_s
        elif read_s - came_s > self._lag_s:
            self._lag_s = read_s - came_s
        # A stamp is a few microseconds off at times, and nothing came before what had come already.
        self._latest_s = max(came_s - self._begun, self._latest_s)
        due_s = reception.feed(data, self._latest_s)
        if self._is_urgent and reception.has_begun:  # from then on a stream can wait for its turn
            self._is_urgent = False
            wire.hurry(False)
        return None if due_s is None else self._begun + due_s


def _redacted(error: Mapping[str, Any] | None, redact: Callable[[str], str]) -> Mapping[str, Any] | None:
    """An error object whose texts do not hold the secrets."""
    if error is None:
        return None
    return {name: redact(value) if isinstance(value, str) else value for name, value in error.items()}
