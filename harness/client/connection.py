"""Opening connections on gevent sockets, with the time that each step took.

gevent's socket is named here rather than patched in, so that this works in patched and unpatched processes alike.
"""

import re
import socket
import ssl
from dataclasses import dataclass
from time import monotonic

import gevent
import gevent.socket

from ..measure.timeline import Failure, FailureKind, Link
from .endpoint import Endpoint
from .proxy import Proxy
from .target import Target
from .tls import TlsWire
from .wire import Desk, PlainWire, Wire

_TUNNEL_ANSWER_BYTES = 16 * 1024
_AGREED = re.compile(rb"HTTP/1\.[01] 2\d\d[ \r]")


class ConnectError(Exception):
    """No connection came about; `failure` says at which step."""

    def __init__(self, kind: FailureKind, why: str) -> None:
        super().__init__(why)
        self.failure = Failure("connect", kind, why)


@dataclass(frozen=True, slots=True)
class Connection:
    """An open connection and how it came about."""

    wire: Wire
    link: Link


def connect(endpoint: Endpoint, context: ssl.SSLContext | None, timeout_s: float, desk: Desk) -> Connection:
    """A fresh connection to the endpoint, over TLS where a context is given. Raises ConnectError.

    With a proxy the look-up is that of its name, and connecting takes in the tunnel that it makes for TLS.
    """
    begun = monotonic()
    target, hop = endpoint.target, endpoint.hop
    late = ConnectError("connect_timeout", f"no connection to {target.authority} within {timeout_s:g} s")
    with gevent.Timeout(timeout_s, late):
        addresses = _look_up(hop)
        looked_up = monotonic()
        wire: Wire = PlainWire(_reach(hop, addresses), desk)
        try:
            if context is not None and endpoint.proxy is not None:
                _tunnel(wire, endpoint.proxy, target, timeout_s)
            reached = monotonic()
            if context is not None:
                wire = _secured(wire, context, target, timeout_s)
        except BaseException:
            wire.close()
            raise
        secured = monotonic()
    return Connection(
        wire,
        Link(
            dns_s=looked_up - begun if hop.address is None else None,
            connect_s=reached - looked_up,
            tls_s=None if context is None else secured - reached,
        ),
    )


_Address = tuple[int, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]]


def _look_up(target: Target) -> list[_Address]:
    if target.address is not None:
        family = socket.AF_INET if target.address.version == 4 else socket.AF_INET6
        return [(family, (target.host, target.port))]
    try:
        found = gevent.socket.getaddrinfo(target.host, target.port, 0, socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise ConnectError("dns", f"{target.host} could not be resolved: {_why(error)}") from None
    return [(family, address) for family, _, _, _, address in found]


def _reach(target: Target, addresses: list[_Address]) -> gevent.socket.socket:
    """A socket connected to the first address that answers."""
    failed = ConnectError("dns", f"{target.host} has no address")
    for family, address in addresses:
        sock = gevent.socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failed = ConnectError(_kind(error), f"{target.authority}: {_why(error)}")
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failed


def _tunnel(wire: Wire, proxy: Proxy, target: Target, timeout_s: float) -> None:
    """Have the proxy connect this wire with the target."""
    try:
        wire.send(proxy.connect_request(target), timeout_s)
        said = _head(wire, timeout_s)
    except OSError as error:
        raise ConnectError("proxy", f"the proxy {proxy}: {_why(error)}") from None
    if not _AGREED.match(said):
        line = said.partition(b"\r\n")[0].decode("latin-1")[:80] or "nothing"
        raise ConnectError("proxy", f"the proxy {proxy} makes no tunnel to {target.authority}: it said {line!r}")


def _head(wire: Wire, timeout_s: float) -> bytes:
    """Everything up to the empty line, the end of the stream, or more than an answer to CONNECT can be."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _TUNNEL_ANSWER_BYTES:
        part = wire.receive(timeout_s)
        if not part:
            break
        head += part
    return head


def _secured(wire: Wire, context: ssl.SSLContext, target: Target, timeout_s: float) -> TlsWire:
    tls = TlsWire(wire, context, target.host)
    try:
        tls.handshake(timeout_s)
    except OSError as error:
        kind: FailureKind = "tls" if isinstance(error, ssl.SSLError) else _kind(error)
        raise ConnectError(kind, f"{target.authority}: {_why(error)}") from None
    return tls


def _kind(error: OSError) -> FailureKind:
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ConnectionError):
        return "reset"
    return "connect_timeout" if isinstance(error, TimeoutError) else "unreachable"


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate verify failed: {error.verify_message}"
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
