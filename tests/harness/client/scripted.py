"""A server that plays scripted bytes: one thread, real sockets, a port of the system's choosing."""

import contextlib
import fcntl
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final

import orjson

_SIOCOUTQ = 0x5411


@dataclass
class Peer:
    """One accepted connection as a script sees it."""

    sock: socket.socket
    hurry: threading.Event

    def send(self, *parts: bytes) -> None:
        """Send each part in a segment of its own."""
        for part in parts:
            self.sock.sendall(part)

    def hang(self) -> None:
        """Say nothing until the test is over (or the client has gone)."""
        self.hurry.wait(20)

    def reset(self) -> None:
        """End the connection by a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def heard(self) -> None:
        """Wait until the other side has received what was sent: a reset throws away what it has not."""
        while struct.unpack("i", fcntl.ioctl(self.sock, _SIOCOUTQ, b"\0" * 4))[0]:
            self.hurry.wait(0.001)

    def close(self) -> None:
        """End the connection in order."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def request(self) -> bytes | None:
        """The next whole request, None at the end of the connection."""
        data = b""
        while b"\r\n\r\n" not in data:
            part = self._receive()
            if not part:
                return None
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        while len(body) < int(lines.get(b"content-length", b"0")):
            body += self._receive()
        return head + b"\r\n\r\n" + body

    def _receive(self) -> bytes:
        try:
            return self.sock.recv(65536)
        except OSError:
            return b""


Step = Callable[[Peer], None]


@dataclass
class ScriptedServer:
    """Plays one list of steps per connection, one step per request; `requests` is what arrived."""

    scripts: Sequence[Sequence[Step]]
    context: ssl.SSLContext | None = None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def __enter__(self) -> "ScriptedServer":
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hurry.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        for steps in self.scripts:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._play(sock, steps)

    def _play(self, sock: socket.socket, steps: Sequence[Step]) -> None:
        with contextlib.suppress(OSError), contextlib.closing(self._spoken(sock)) as spoken:
            spoken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with contextlib.closing(Peer(spoken, self._hurry)) as peer:
                for step in steps:
                    request = peer.request()
                    if request is None:
                        return
                    self.requests.append(request)
                    step(peer)

    def _spoken(self, sock: socket.socket) -> socket.socket:
        if self.context is None:
            return sock
        try:
            return self.context.wrap_socket(sock, server_side=True)
        except OSError:
            sock.close()
            raise


def chunked(*bodies: bytes, end: bool = True) -> list[bytes]:
    """Bodies in HTTP chunks, with the last chunk unless the end is to be missing."""
    return [b"%x\r\n%s\r\n" % (len(body), body) for body in bodies] + ([b"0\r\n\r\n"] if end else [])


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The bytes in stretches of that size."""
    return (data[start : start + size] for start in range(0, len(data), size))


def says(*parts: bytes) -> Step:
    """A step that sends these parts."""
    return lambda peer: peer.send(*parts)


def then(*steps: Step) -> Step:
    """A step of several."""

    def play(peer: Peer) -> None:
        for step in steps:
            step(peer)

    return play


def answer(status: int, body: bytes, *headers: bytes, kind: bytes = b"application/json") -> bytes:
    """A whole unstreamed answer."""
    lines = [b"HTTP/1.1 %d X" % status, b"Content-Type: " + kind, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def frame(text: str = "", reason: str | None = None) -> bytes:
    """One chunk of a stream; without a text that of the role, or of the end."""
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": reason}
    return b"data: " + orjson.dumps({"choices": [choice]}) + b"\n\n"


BODY: Final[Mapping[str, Any]] = {
    "model": "m",
    "messages": [],
    "stream": True,
    "stream_options": {"include_usage": True},
}
HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
USAGE: Final = b'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}\n\n'
FRAMES: Final = (frame("Hel"), frame("lo"), frame(reason="stop"), USAGE, b"data: [DONE]\n\n")
WHOLE: Final = (HEAD, *chunked(*FRAMES))
"""A complete stream that says "Hello", in the parts in which it is sent."""
