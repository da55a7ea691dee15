"""One small request before the load: is the key taken, the model there, what do the limits say."""

import http.client
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from profiles.catalogue import ModelFacts, load_catalogue
from profiles.record import Record

from ..client.bodies import error_of, reply_of
from ..client.endpoint import Endpoint
from ..measure.attempt import Attempt, conclude
from ..measure.timeline import Failure, Timeline
from ..money.pricing import cost_usd
from ..money.worst import LIMITS
from ..workload import Session, Workload
from ..workload.sizes import first_prompt
from .pricing import catalogue_as
from .settings import RunSettings

PATIENCE_S: Final = 60.0
_DRAWN: Final = 50
_OK: Final = 200


def smallest(settings: RunSettings, workload: Workload) -> tuple[Session, dict[str, Any]]:
    """The smallest first request of the first class, with an answer of one token, and the session that it is from."""
    catalogue = load_catalogue()
    first = workload.classes[0].name
    drawn = [workload.session(index) for index in range(_DRAWN)]
    own = [session for session in drawn if session.class_name == first] or drawn[:1]
    session = min(own, key=lambda each: first_prompt(each, catalogue, settings.model))
    model = settings.model or workload.run.model or session.model
    facts = catalogue.resolve(model)
    extra = {name: value for name, value in (settings.extra_body or {}).items() if name not in (*LIMITS, "n")}
    limit = LIMITS[0] if facts is not None and facts.reasoning else LIMITS[1]
    return session, {"model": model, "messages": session.messages(0), "stream": False, **extra, limit: 1}


def probe(
    endpoint: Endpoint,
    context: ssl.SSLContext,
    class_name: str,
    body: Mapping[str, Any],
    price_as: str | None = None,
) -> Record:
    """Send one request, not streamed, and tell what came of it as records tell it. Failures are told, not raised."""
    facts = catalogue_as(price_as).priced(body["model"])
    attempt = Attempt(
        id="preflight.1",
        attempt=1,
        class_=class_name,
        model=body["model"],
        intended_at=time.time(),
        messages=body["messages"],
        facts=facts or ModelFacts(name=body["model"], snapshot=body["model"], pool=body["model"]),
        names_model=endpoint.api != "azure",
    )
    timeline = _asked(endpoint, context, body)
    return conclude(timeline, attempt, (), cost_usd)


def _asked(endpoint: Endpoint, context: ssl.SSLContext, body: Mapping[str, Any]) -> Timeline:
    sent_at, begun_s = time.time(), time.monotonic()
    connection = _connection(endpoint, context)
    try:
        headers = {
            **dict(endpoint.head("dummyload/preflight")),
            "Host": endpoint.target.authority,
            "Content-Type": "application/json",
        }
        route = endpoint.request_target(str(body["model"]))
        connection.request("POST", route, orjson.dumps(dict(body)), headers)
        answer = connection.getresponse()
        content = answer.read()
        return _timeline(sent_at, time.monotonic() - begun_s, answer.status, answer.getheaders(), content)
    except ssl.SSLError as error:
        return _failed(sent_at, time.monotonic() - begun_s, Failure("connect", "tls", str(error)))
    except (OSError, http.client.HTTPException) as error:
        return _failed(sent_at, time.monotonic() - begun_s, Failure("answer", "reset", str(error)))
    finally:
        connection.close()


def _connection(endpoint: Endpoint, context: ssl.SSLContext) -> http.client.HTTPConnection:
    hop, target = endpoint.hop, endpoint.target
    if target.scheme == "http":
        return http.client.HTTPConnection(hop.host, hop.port, timeout=PATIENCE_S)
    connection = http.client.HTTPSConnection(hop.host, hop.port, timeout=PATIENCE_S, context=context)
    if endpoint.proxy is not None:
        connection.set_tunnel(target.host, target.port, dict(endpoint.proxy.headers))
    return connection


def _timeline(
    sent_at: float, took_s: float, status: int, headers: Sequence[tuple[str, str]], content: bytes
) -> Timeline:
    told = {name.lower(): value for name, value in headers}
    if status == _OK:
        return Timeline(
            sent_at=sent_at, stream=False, status=status, headers=told, done_s=took_s, reply=reply_of(content)
        )
    try:
        error = error_of(orjson.loads(content))
    except orjson.JSONDecodeError:
        error = None
    return Timeline(sent_at=sent_at, stream=False, status=status, headers=told, done_s=took_s, error=error)


def _failed(sent_at: float, took_s: float, failure: Failure) -> Timeline:
    return Timeline(sent_at=sent_at, stream=False, done_s=took_s, failure=failure)
