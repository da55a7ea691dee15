"""A real server in a thread of the test, on a free port."""

import contextlib
import threading
from collections.abc import Iterator

from starlette.types import ASGIApp

from mockserver.serving import Server, Tls

PATIENCE_S = 20


@contextlib.contextmanager
def live(app: ASGIApp, *, tls: Tls | None = None) -> Iterator[Server]:
    """Serve `app` while the block runs."""
    listening = threading.Event()
    server = Server(app, tls=tls, on_listening=lambda _url: listening.set(), grace_s=0.2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert listening.wait(PATIENCE_S), "the server did not start"
        yield server
    finally:
        server.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the server did not stop"
