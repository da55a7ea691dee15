"""Opening connections on gevent sockets, with the time that each step took.

gevent's socket is named here rather than patched in, so that this works in patched and unpatched processes alike.
"""

import socket
import ssl
from dataclasses import dataclass
from time import monotonic

import gevent
import gevent.socket

from ..measure.timeline import Failure, FailureKind, Link
from .target import Target
from .tls import TlsWire
from .wire import PlainWire, Wire


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

    def quiet(self) -> bool:
        """Whether an idle connection may be used again: the server has neither closed it nor said anything."""
        try:
            self.wire.receive(0)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False


def connect(target: Target, context: ssl.SSLContext | None, timeout_s: float) -> Connection:
    """A fresh connection to the target, over TLS where a context is given. Raises ConnectError."""
    begun = monotonic()
    late = ConnectError("connect_timeout", f"no connection to {target.authority} within {timeout_s:g} s")
    with gevent.Timeout(timeout_s, late):
        addresses = _look_up(target)
        looked_up = monotonic()
        sock = _reach(target, addresses)
        reached = monotonic()
        wire: Wire = PlainWire(sock)
        if context is not None:
            wire = _secured(wire, context, target, timeout_s)
        secured = monotonic()
    return Connection(
        wire,
        Link(
            dns_s=looked_up - begun if target.address is None else None,
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


def _secured(wire: Wire, context: ssl.SSLContext, target: Target, timeout_s: float) -> TlsWire:
    tls = TlsWire(wire, context, target.host)
    try:
        tls.handshake(timeout_s)
    except OSError as error:
        wire.close()
        kind: FailureKind = "tls" if isinstance(error, ssl.SSLError) else _kind(error)
        raise ConnectError(kind, f"{target.authority}: {_why(error)}") from None
    except BaseException:
        wire.close()
        raise
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
