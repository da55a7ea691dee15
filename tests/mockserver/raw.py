"""HTTP by hand, for tests that look at bytes and connections."""

import contextlib
import socket
import ssl
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class Response:
    """A whole response: status line and header lines without Date, the framed body, and the body."""

    head: tuple[bytes, ...]
    framed: bytes

    @property
    def body(self) -> bytes:
        """The body without its chunk framing."""
        if b"transfer-encoding: chunked" not in self.head:
            return self.framed
        chunks, at = [], 0
        while at < len(self.framed):
            start = self.framed.index(b"\r\n", at) + 2
            end = start + int(self.framed[at:start], 16)
            chunks.append(self.framed[start:end])
            at = end + 2
        return b"".join(chunks)


@contextlib.contextmanager
def connected(url: str, context: ssl.SSLContext | None = None) -> Iterator[socket.socket]:
    """A connection to the server at `url`."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), TIMEOUT_S) as plain:
        if context is None:
            yield plain
        else:
            with context.wrap_socket(plain, server_hostname="localhost") as wrapped:
                yield wrapped


def ask(path: str = "/", version: str = "1.1", method: str = "GET") -> bytes:
    """A request without a body that asks for the connection to be closed."""
    return f"{method} {path} HTTP/{version}\r\nhost: test\r\nconnection: close\r\n\r\n".encode()


def read_all(connection: socket.socket) -> bytes:
    """Everything until the server closes, however it does."""
    received = []
    with contextlib.suppress(ConnectionResetError):
        while data := connection.recv(1 << 16):
            received.append(data)
    return b"".join(received)


def parsed(received: bytes) -> Response:
    """The response in `received`."""
    head, _, framed = received.partition(b"\r\n\r\n")
    lines = tuple(line for line in head.split(b"\r\n") if not line.startswith(b"date:"))
    return Response(lines, framed)


def fetch(url: str, request: bytes, context: ssl.SSLContext | None = None) -> Response:
    """One exchange on a connection of its own."""
    with connected(url, context) as connection:
        connection.sendall(request)
        return parsed(read_all(connection))


def reset(connection: socket.socket) -> None:
    """Hang up the rude way, with an RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
