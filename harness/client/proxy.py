"""Proxies as the environment names them: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in capitals or not."""

import ipaddress
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from .headers import Header
from .target import Target

_DEFAULT_PORT = 80


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy and, where it wants to know, who asks it ("user:password")."""

    target: Target
    credentials: str | None = field(default=None, repr=False)

    @property
    def headers(self) -> tuple[Header, ...]:
        """What requests to the proxy itself carry."""
        if self.credentials is None:
            return ()
        return (("Proxy-Authorization", f"Basic {b64encode(self.credentials.encode()).decode()}"),)

    def connect_request(self, target: Target) -> bytes:
        """Asks the proxy for a tunnel to a target."""
        host = f"[{target.host}]" if ":" in target.host else target.host
        lines = [f"CONNECT {host}:{target.port} HTTP/1.1", f"Host: {host}:{target.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode("ascii")

    def __str__(self) -> str:
        return str(self.target)


def proxy_for(target: Target, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for a target; None for this machine, for what NO_PROXY exempts, and where no proxy is named.

    Raises ValueError in one line that names the variable and never shows a password.
    """
    if target.is_loopback or exempt(target, _first(environ, "NO_PROXY")[1]):
        return None
    name, url = _first(environ, f"{target.scheme.upper()}_PROXY", "ALL_PROXY")
    return _parsed(name, url) if url else None


def exempt(target: Target, no_proxy: str) -> bool:
    """Whether NO_PROXY names the target: `*`, a host, a domain with all below it, an address or network; `:PORT`
    limits an entry to that port."""
    return any(_names(entry.strip().lower(), target) for entry in no_proxy.split(",") if entry.strip())


def _names(entry: str, target: Target) -> bool:
    if entry == "*":
        return True
    if target.address is not None:
        try:
            return target.address in ipaddress.ip_network(entry.strip("[]"), strict=False)
        except ValueError:
            pass
    host, colon, port = entry.rpartition(":")
    if colon and port.isdecimal():
        if int(port) != target.port:
            return False
        entry = host.strip("[]")
    domain = entry.removeprefix("*").removeprefix(".")
    return bool(domain) and (target.host == domain or target.host.endswith(f".{domain}"))


def _first(environ: Mapping[str, str], *names: str) -> tuple[str, str]:
    """The first of these variables that is set, and its value; "" where none is."""
    for name in names:
        for spelled in (name.lower(), name):
            value = environ.get(spelled, "").strip()
            if value:
                return spelled, value
    return names[0], ""


def _parsed(name: str, url: str) -> Proxy:
    wrong = ValueError(f"{name}: not a proxy this client can use; write http://HOST:PORT")
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = _DEFAULT_PORT if parts.port is None else parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme != "http" or not parts.hostname:
        raise wrong
    credentials = None
    if parts.username is not None:
        credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Proxy(Target("http", parts.hostname, port), credentials)
