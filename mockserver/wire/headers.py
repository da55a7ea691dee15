"""The response headers of the API, without what its CDN adds. Names are lower case, as ASGI wants them."""

from collections.abc import Iterable
from typing import Final

from .account import Account

RawHeaders = list[tuple[bytes, bytes]]

EVENT_STREAM: Final = (b"content-type", b"text/event-stream; charset=utf-8")
JSON: Final = (b"content-type", b"application/json")
_PROXY: Final = (b"x-openai-proxy-wasm", b"v0.1")
_EXPOSED: Final = (b"access-control-expose-headers", b"X-Request-ID")
_VERSION: Final = (b"openai-version", b"2020-10-01")


def application_headers(
    account: Account, request_id: str, processing_ms: int, ratelimit: Iterable[tuple[str, str]] = ()
) -> RawHeaders:
    """What the application adds to every answer of its own, good or bad. `processing_ms` is wall time."""
    return [
        _EXPOSED,
        (b"openai-organization", account.organization.encode()),
        (b"openai-processing-ms", b"%d" % processing_ms),
        (b"openai-project", account.project.encode()),
        _VERSION,
        *raw(ratelimit),
        *gateway_headers(request_id),
    ]


def gateway_headers(request_id: str) -> RawHeaders:
    """What the gateway adds to every answer that passes it."""
    return [(b"x-request-id", request_id.encode()), _PROXY]


def raw(headers: Iterable[tuple[str, str]]) -> RawHeaders:
    """Header pairs as the bytes that ASGI wants."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
