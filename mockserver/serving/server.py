"""Binds, listens, says so, serves until it is told to stop, and stops without leaving anything open."""

import asyncio
import contextlib
import gc
import resource
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec
import uvicorn
from starlette.types import ASGIApp

from .protocol import HandoverProtocol

_BACKLOG: Final = 4096
_KEEP_ALIVE_S: Final = 120  # longer than users think between two requests
GRACE_S: Final = 1.0
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_COLLECT_EVERY: Final = (10_000, 20, 50)
"""Seldom: the collector looks at every open stream, and stands in the way of all of them meanwhile. Of 3,000 streams
that begin at once it took a tenth of the time."""


class CannotServeError(Exception):
    """An address or a certificate that cannot be used: one line that says what would be right."""


class Tls(msgspec.Struct, frozen=True):
    """A certificate chain and its private key (None: in the same file), as PEM files."""

    certfile: Path
    keyfile: Path | None = None


class Server(uvicorn.Server):
    """A bound server. `run` blocks until a signal or `stop`.

    Raises CannotServeError when the address is taken or unknown, or the certificate cannot be read.
    """

    def __init__(
        self,
        app: ASGIApp,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tls: Tls | None = None,
        on_listening: Callable[[str], None] = lambda _url: None,
        grace_s: float = GRACE_S,
    ) -> None:
        super().__init__(_config(app, tls, grace_s))
        self._socket = _bound(host, port)
        self._on_listening = on_listening
        self._grace_s = grace_s
        scheme = "http" if tls is None else "https"
        address = f"[{host}]" if ":" in host else host
        self.url = f"{scheme}://{address}:{self._socket.getsockname()[1]}"

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        super().run(sockets=sockets or [self._socket])

    def stop(self) -> None:
        """Stop serving soon. May be called from any thread."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self._on_listening(self.url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let open answers end for the grace time, then cut them."""
        cut = asyncio.get_running_loop().call_later(self._grace_s, self._cut)
        try:
            await super().shutdown(sockets)
        finally:
            cut.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM. Unlike uvicorn's, a stop that was asked for is not an error afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        """The first signal stops, the second does not wait for open answers."""
        if self.should_exit:
            self._cut()
        self.should_exit = True

    def _cut(self) -> None:
        for connection in list(self.server_state.connections):
            transport = connection.transport
            if transport is not None:
                transport.abort()


def serve(
    app: ASGIApp,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    tls: Tls | None = None,
    on_listening: Callable[[str], None],
    grace_s: float = GRACE_S,
) -> None:
    """Serve `app` until SIGINT or SIGTERM. `on_listening` is given the URL once connections are accepted.

    Answers that are open then have `grace_s` seconds to end.

    Raises CannotServeError when the address is taken or unknown, or the certificate cannot be read.
    """

    def settle(url: str) -> None:
        # What lives now lives until the end: the collector need not look at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_COLLECT_EVERY)
        on_listening(url)

    _raise_file_limit()
    Server(app, host, port, tls=tls, on_listening=settle, grace_s=grace_s).run()


def _config(app: ASGIApp, tls: Tls | None, grace_s: float) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=HandoverProtocol,
        ws="none",
        lifespan="on",
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=round(grace_s) + 2,
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        ssl_certfile=None if tls is None else str(tls.certfile),
        ssl_keyfile=None if tls is None or tls.keyfile is None else str(tls.keyfile),
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise CannotServeError(f"cannot use the certificate {_files(tls)}: {error.strerror or error}") from None
    return config


def _files(tls: Tls | None) -> str:
    return "" if tls is None else " with ".join(str(file) for file in (tls.certfile, tls.keyfile) if file)


def _bound(host: str, port: int) -> socket.socket:
    """A bound socket that does not listen yet."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise CannotServeError(
            f"cannot listen on {host}: no such address; --host 127.0.0.1 serves this machine"
        ) from None
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        why = error.strerror.lower() if error.strerror else str(error)
        raise CannotServeError(f"cannot listen on {host}:{port}: {why}; --port 0 takes a free port") from None
    return bound


def _raise_file_limit() -> None:
    """Allow as many open connections as the system lets this process have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # macOS calls the hard limit infinite, and refuses it
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
