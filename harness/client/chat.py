"""The client: one request, and everything that was seen of its answer."""

import importlib.metadata
import ssl
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import gevent
import orjson
from msgspec.structs import replace

from ..measure.timeline import Failure, Link, Timeline
from ..redact import redactor
from .connection import ConnectError, Connection, connect
from .endpoint import Endpoint
from .exchange import Exchange
from .hang_up import NEVER, HangUp
from .http import RequestForm
from .timeouts import Timeouts
from .trust import client_context
from .wire import Desk


class Cancelled(gevent.GreenletExit):  # type: ignore[misc]
    """The greenlet was killed during an exchange; `timeline` is what had been seen of it. It goes on being a kill."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__("cancelled")
        self.timeline = timeline


class ChatClient:
    """One user's client: one connection, kept alive from request to request.

    `context` is the TLS context for https targets, to be shared between clients where there are many (making one takes
    milliseconds); None makes one with the system's authorities. `loop_lag_s(since)` says how late this process was to
    notice anything since then. Clients of one event loop share its `desk`. `resend` is whether a request may be sent
    again that a kept connection swallowed. Raises ValueError for a key that no header can carry.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        desk: Desk,
        timeouts: Timeouts | None = None,
        context: ssl.SSLContext | None = None,
        loop_lag_s: Callable[[float], float] = lambda _since_s: 0.0,
        resend: bool = True,
    ) -> None:
        self._endpoint = endpoint
        self._redact = redactor(*endpoint.secrets)
        self._timeouts = timeouts or Timeouts()
        self._context = (context or client_context()) if endpoint.target.scheme == "https" else None
        self._loop_lag_s = loop_lag_s
        self._desk = desk
        self._resend = resend
        self._head = endpoint.head(f"dummyload/{_version()}")
        self._forms: dict[str, RequestForm] = {}
        self._latest: tuple[str, RequestForm] | None = None
        self._kept: Connection | None = None

    def send(
        self, body: Mapping[str, Any], *, request_id: str, timeouts: Timeouts | None = None, hang_up: HangUp = NEVER
    ) -> Timeline:
        """Send one chat completion request and follow its answer to the end, or until `hang_up` says otherwise.

        `timeouts` are those of this attempt, where they are not the client's own.

        Failures of the network and of the protocol are in the timeline. Raises ValueError for a request id that no
        header can carry, TypeError for a body that is not JSON, and Cancelled when the greenlet is killed meanwhile.
        """
        stream = bool(body.get("stream"))
        form = self._form(str(body.get("model")))
        request = form.request(orjson.dumps(dict(body)), request_id=request_id, stream=stream)
        exchange = Exchange(
            stream=stream,
            usage_asked=not stream or _usage_asked(body),
            timeouts=timeouts or self._timeouts,
            loop_lag_s=self._loop_lag_s,
            hang_up=hang_up,
        )
        try:
            self._perform(request, exchange)
        except gevent.GreenletExit:
            exchange.failed(Failure("answer", "cancelled", "stopped before the answer was over"))
            raise Cancelled(exchange.timeline(self._redact)) from None
        finally:
            if not exchange.reusable:
                self.close()
        return exchange.timeline(self._redact)

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._kept is not None:
            self._kept.wire.close()
            self._kept = None

    def _form(self, model: str) -> RequestForm:
        """The form of requests for a model; where the model is not part of the route they all share one."""
        if self._latest is not None and self._latest[0] == model:
            return self._latest[1]
        path = self._endpoint.request_target(model)
        if path not in self._forms:
            self._forms[path] = RequestForm(self._endpoint.target.authority, path, self._head)
        self._latest = model, self._forms[path]
        return self._forms[path]

    def _perform(self, request: bytes, exchange: Exchange) -> None:
        """Send the request, once more on a fresh connection when a kept one dies before a byte of the answer came.

        Not so without `resend`: the request may have arrived, and be billed twice.
        """
        try:
            if self._kept is not None and self._kept.wire.quiet():
                exchange.link = Link(reused=True)
                exchange.run(self._kept, request)
                if not (exchange.died_unheard and self._resend):
                    return
            resent = exchange.died_unheard
            kept = self._fresh(exchange)
            exchange.link = replace(kept.link, resent=resent)
            exchange.run(kept, request)
        except ConnectError as error:
            exchange.failed(error.failure)

    def _fresh(self, exchange: Exchange) -> Connection:
        self.close()
        left_s = max(exchange.timeouts.total_s - exchange.elapsed_s(), 0.001)
        self._kept = connect(self._endpoint, self._context, min(exchange.timeouts.connect_s, left_s), self._desk)
        return self._kept


def _usage_asked(body: Mapping[str, Any]) -> bool:
    options = body.get("stream_options")
    return isinstance(options, Mapping) and bool(options.get("include_usage"))


@cache
def _version() -> str:
    try:
        return importlib.metadata.version("dummyload")
    except importlib.metadata.PackageNotFoundError:
        return "0"
