"""A server that answers everything with the same short stream and keeps the bodies and heads that it was sent."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

EVENTS = (
    '{"choices": [{"index": 0, "delta": {"role": "assistant", "content": "A roof."}, "finish_reason": null}]}',
    '{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}',
    '{"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}}',
    "[DONE]",
)
ANSWER = "".join(f"data: {event}\n\n" for event in EVENTS).encode()


class Collector(ThreadingHTTPServer):
    """The server; `bodies` counts each body, `heads` are the headers of each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.bodies: Counter[bytes] = Counter()
        self.heads: list[Message] = []
        self.lock = Lock()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.bodies[body] += 1
            self.server.heads.append(self.headers)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that runs."""
    with Collector() as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
