"""The response headers of the API, without what its CDN adds. Names are lower case, as ASGI wants them."""

import email.utils
from collections.abc import Iterable
from random import Random
from typing import Final

from .account import Account
from .ids import alphanumeric

RawHeaders = list[tuple[bytes, bytes]]

_PROXY: Final = (b"x-openai-proxy-wasm", b"v0.1")
_EXPOSED: Final = (b"access-control-expose-headers", b"X-Request-ID")
_VERSION: Final = (b"openai-version", b"2020-10-01")

ANY_ORIGIN: Final[RawHeaders] = [(b"access-control-allow-origin", b"*")]
"""For browsers, who say where they come from; recorded answers are not to browsers."""
_AIRPORTS: Final = (b"FRA", b"AMS", b"SJC", b"IAD", b"LHR")
_COOKIE_S: Final = 30 * 60


def application_headers(account: Account, request_id: str, processing_ms: int, ratelimit: RawHeaders) -> RawHeaders:
    """What the application adds to every answer of its own, good or bad. `processing_ms` is wall time."""
    return [
        _EXPOSED,
        (b"openai-organization", account.organization.encode()),
        (b"openai-processing-ms", b"%d" % processing_ms),
        (b"openai-project", account.project.encode()),
        _VERSION,
        *ratelimit,
        *gateway_headers(request_id),
    ]


def preflight_headers(methods: str, wanted: bytes) -> RawHeaders:
    """What tells a browser that it may ask, with the headers that it wants to send."""
    return [
        *ANY_ORIGIN,
        (b"access-control-allow-methods", methods.encode()),
        (b"access-control-allow-headers", wanted),
        (b"access-control-max-age", b"86400"),
    ]


def gateway_headers(request_id: str) -> RawHeaders:
    """What the gateway adds to every answer that passes it."""
    return [(b"x-request-id", request_id.encode()), _PROXY]


def raw(headers: Iterable[tuple[str, str]]) -> RawHeaders:
    """Header pairs as the bytes that ASGI wants."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def cdn_headers(rng: Random, now: float) -> RawHeaders:
    """What the CDN in front adds; `now` is in epoch seconds."""
    expires = email.utils.formatdate(now + _COOKIE_S, usegmt=True)
    cookie = f"__cf_bm={alphanumeric(43, rng)}; path=/; expires={expires}; domain=.api.openai.com; HttpOnly; Secure"
    return [
        (b"server", b"cloudflare"),
        (b"cf-cache-status", b"DYNAMIC"),
        (b"set-cookie", cookie.encode()),
        (b"strict-transport-security", b"max-age=31536000; includeSubDomains; preload"),
        (b"x-content-type-options", b"nosniff"),
        (b"cf-ray", b"%016x-%b" % (rng.getrandbits(64), rng.choice(_AIRPORTS))),
        (b"alt-svc", b'h3=":443"; ma=86400'),
    ]
