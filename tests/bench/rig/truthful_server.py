"""A server that costs next to nothing and tells the truth: constant chunks, each at its due instant, written instants
noted.

It speaks just enough of the API for the harness to prove an answer complete. The core that it runs on is its own: it
never sleeps, and writes to plain sockets, so that it can serve more streams than a server of any use could.
`/_mock/requests` tells of each request when it had come and when its first and last token were written, as the mock
server's journal does.
"""

import json
import re
import select
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

_NUMBER: Final = re.compile(rb"X-Client-Request-Id: ([\w.-]+)", re.IGNORECASE)
_LENGTH: Final = re.compile(rb"Content-Length: (\d+)", re.IGNORECASE)
_USAGE: Final = {"prompt_tokens": 10, "completion_tokens": 100, "total_tokens": 110}
_POLL_EVERY_S: Final = 0.0005


def _chunked(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _event(choices: list[dict[str, Any]], **more: Any) -> bytes:
    chunk = {
        "id": "chatcmpl-0123456789abcdefghijklmnopqrs",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "model": "gpt-4o-mini-2024-07-18",
        "service_tier": "default",
        "system_fingerprint": "fp_0123456789",
        "choices": choices,
        **more,
    }
    return b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n"


def _choice(delta: dict[str, str], finish_reason: str | None = None) -> list[dict[str, Any]]:
    return [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}]


TOKEN: Final = _chunked(_event(_choice({"content": " token"}), usage=None))
FIRST: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
    + _chunked(_event(_choice({"role": "assistant", "content": ""}), usage=None))
    + TOKEN
)
LAST: Final = (
    TOKEN
    + _chunked(_event(_choice({}, "stop"), usage=None))
    + _chunked(_event([], usage=_USAGE))
    + _chunked(b"data: [DONE]\n\n")
    + b"0\r\n\r\n"
)
WHOLE: Final = json.dumps(
    {
        "id": "chatcmpl-0123456789abcdefghijklmnopqrs",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": " token" * 100}, "finish_reason": "stop"}],
        "usage": _USAGE,
    }
).encode()
ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(WHOLE),
    WHOLE,
)


@dataclass(slots=True)
class Stream:
    """One answer in the making."""

    connection: socket.socket
    due_s: float
    number: bytes
    received_at: float
    written: int = 0
    first_at: float = 0.0
    last_at: float = 0.0


@dataclass(slots=True)
class Server:
    """All of it: what was received, what is due. The first token of all comes after the same time, and so do the
    others, so that two queues hold the streams in the order in which they are due."""

    listener: socket.socket
    tokens: int
    ttft_s: float
    itl_s: float
    poll: select.epoll = field(default_factory=select.epoll)
    connections: dict[int, socket.socket] = field(default_factory=dict)
    opening: deque[Stream] = field(default_factory=deque)
    going: deque[Stream] = field(default_factory=deque)
    streams: list[Stream] = field(default_factory=list)

    def serve(self) -> None:
        """Serve until terminated."""
        self.poll.register(self.listener, select.EPOLLIN)
        poll_at = 0.0
        while True:
            now = time.monotonic()
            for queue in (self.opening, self.going):
                while queue and queue[0].due_s <= now:
                    self._write(queue.popleft())
            if now >= poll_at:
                for fileno, _ in self.poll.poll(0):
                    self._ready(fileno)
                poll_at = now + _POLL_EVERY_S

    def _ready(self, fileno: int) -> None:
        if fileno == self.listener.fileno():
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections[connection.fileno()] = connection
            self.poll.register(connection, select.EPOLLIN)
            return
        connection = self.connections[fileno]
        data = _read(connection)
        if not data:
            self.poll.unregister(fileno)
            self.connections.pop(fileno).close()
        elif data.startswith(b"GET"):
            connection.setblocking(True)
            connection.sendall(self._journal())
            connection.shutdown(socket.SHUT_WR)
        elif b'"stream":true' in data.replace(b" ", b""):
            found = _NUMBER.search(data)
            stream = Stream(connection, time.monotonic() + self.ttft_s, found[1] if found else b"", time.time())
            self.streams.append(stream)
            self.opening.append(stream)
        else:
            connection.send(ANSWER)

    def _write(self, stream: Stream) -> None:
        at = time.time()
        first, last = not stream.written, stream.written == self.tokens - 1
        try:
            stream.connection.send(FIRST if first else LAST if last else TOKEN)
        except OSError:
            return
        if first:
            stream.first_at = at
        stream.last_at = at
        stream.written += 1
        if not last:
            stream.due_s += self.itl_s
            self.going.append(stream)

    def _journal(self) -> bytes:
        entries = [
            {
                "client_id": stream.number.decode(),
                "received_at": stream.received_at,
                "first_token_at": stream.first_at,
                "last_token_at": stream.last_at,
            }
            for stream in self.streams
        ]
        body = json.dumps({"requests": entries}).encode()
        return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def _read(connection: socket.socket) -> bytes:
    """A whole request, empty at the end of the connection. The rest of one that has begun is waited for."""
    try:
        data = connection.recv(65536)
        while data and b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        while length is not None and len(body) < int(length[1]):
            body += connection.recv(65536)
    except ConnectionError:
        return b""
    return head + b"\r\n\r\n" + body if data else b""


def truthful_command(*, ttft_s: float, itl_s: float, tokens: int) -> tuple[str, ...]:
    """The command that serves this."""
    return (sys.executable, "-m", "tests.bench.rig.truthful_server", str(tokens), str(ttft_s), str(itl_s))


def main(tokens: int, ttft_s: float, itl_s: float) -> None:
    """Listen, say where, and serve."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    Server(listener, tokens, ttft_s, itl_s).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), *map(float, sys.argv[2:]))
