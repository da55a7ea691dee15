"""One exchange as it happens: the request written, the answer read to its end, every read stamped as it returns."""

import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from ..measure.timeline import Failure, Link, Timeline
from ..redact import redact
from .connection import Connection
from .hang_up import NEVER, HangUp
from .reception import Reception, error_in
from .timeouts import Timeouts

BODY_KEPT = 4096
"""How much of a refusal's body is kept, in characters."""


class Exchange:
    """What is known of an exchange so far. It begins when it is made."""

    def __init__(self, *, stream: bool, usage_asked: bool, timeouts: Timeouts, hang_up: HangUp = NEVER) -> None:
        self.link = Link()
        self.failure: Failure | None = None
        self._stream = stream
        self._usage_asked = usage_asked
        self.timeouts = timeouts
        self._hang_up = hang_up
        self._reception: Reception | None = None
        self._ended_s: float | None = None
        self._sent_at = time.time()
        self._begun = monotonic()

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

    def timeline(self, secrets: Sequence[str]) -> Timeline:
        """What was observed, without the secrets."""
        reception = self._reception or Reception(stream=self._stream, written_s=0.0, timeouts=self.timeouts)
        reply, refusal = reception.reply(), reception.refusal()
        return Timeline(
            sent_at=self._sent_at,
            stream=self._stream,
            usage_asked=self._usage_asked,
            link=self.link,
            status=reception.parser.status,
            headers=reception.parser.headers,
            headers_s=reception.headers_s,
            first_event_s=reception.first_event_s,
            first_visible_s=reception.first_visible_s,
            reads=tuple(reception.reads),
            done_s=reception.settled_s or self._ended_s or reception.last_s,
            reply=replace(reply, error=_redacted(reply.error, secrets)),
            body=redact(refusal.decode(errors="replace"), *secrets)[:BODY_KEPT],
            error=_redacted(error_in(refusal), secrets),
            failure=self.failure,
        )

    @property
    def _heard_s(self) -> float | None:
        return None if self._reception is None else self._reception.last_s

    def _read(self, connection: Connection, reception: Reception) -> None:
        """Read until the answer is over, or until one of the timeouts strikes."""
        receive = connection.wire.receive
        begun = self._begun
        while not reception.over:
            due_s, kind = reception.due()
            wait_s = due_s - (monotonic() - begun)
            try:
                data = receive(wait_s) if wait_s > 0 else None
            except TimeoutError:
                data = None
            at_s = monotonic() - begun
            if data is None:
                return self.failed(Failure("answer", kind, f"nothing more after {at_s:.3f} s"))
            if len(data):
                reception.feed(data, at_s)
                continue
            reception.end(at_s)
            if not reception.over:
                return self.failed(Failure("answer", "eof", "the connection was closed before the end of the answer"))
        if reception.parser.broken is not None:
            self.failed(Failure("answer", "protocol", reception.parser.broken))
        return None


def _redacted(error: Mapping[str, Any] | None, secrets: Sequence[str]) -> Mapping[str, Any] | None:
    """An error object whose texts do not hold the secrets."""
    if error is None:
        return None
    return {name: redact(value, *secrets) if isinstance(value, str) else value for name, value in error.items()}
