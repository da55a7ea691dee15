"""Wires: connected streams of bytes on gevent sockets.

Most reads of a load test wait for one more token, so waiting is what has to be cheap: gevent's own timed `recv_into`
tries first, in vain, and then makes a timer for each read (11 us a read; this way of waiting 5).
"""

import math
from time import monotonic
from typing import Any, Protocol

import gevent
import gevent.socket

READ_BYTES = 64 * 1024


class Wire(Protocol):
    """A connected stream of bytes; times are seconds, TimeoutError when they have passed."""

    def send(self, data: bytes, timeout_s: float) -> None:
        """Send all of it."""

    def receive(self, timeout_s: float) -> bytes | memoryview:
        """What one read returned, valid until the next; empty at the end of the stream.

        With 0 it never waits: BlockingIOError when nothing is there.
        """

    def close(self) -> None:
        """Close the connection."""


class PlainWire:
    """A connected socket, read into one buffer that is used again and again."""

    def __init__(self, sock: gevent.socket.socket) -> None:
        self._socket = sock
        self._view = memoryview(bytearray(READ_BYTES))
        self._readable = _Readable(sock.fileno())

    def send(self, data: bytes, timeout_s: float) -> None:
        """Send all of it."""
        self._socket.settimeout(timeout_s)
        self._socket.sendall(data)
        self._socket.settimeout(0.0)

    def receive(self, timeout_s: float) -> memoryview:
        """What one read returned."""
        while True:
            if timeout_s > 0:
                self._readable.wait(timeout_s)
            try:
                return self._view[: self._socket.recv_into(self._view)]
            except BlockingIOError:
                if timeout_s <= 0:
                    raise

    def close(self) -> None:
        """Close the connection."""
        self._readable.close()
        self._socket.close()


class _Readable:
    """Waits until a descriptor can be read, with a timer that is not touched while its deadline only moves later.

    The timer rings at the earliest deadline since it was set; when the deadline has moved by then, it is set anew.
    """

    def __init__(self, fileno: int) -> None:
        self._hub = gevent.get_hub()
        self._watcher = self._hub.loop.io(fileno, 1)
        self._timer: Any = None
        self._rings_at = math.inf
        self._due = math.inf
        self._waiting: gevent.Greenlet | None = None

    def wait(self, timeout_s: float) -> None:
        """Wait. Raises TimeoutError when the time has passed."""
        self._due = monotonic() + timeout_s
        if self._due < self._rings_at:
            self._set(timeout_s)
        self._waiting = gevent.getcurrent()
        try:
            self._hub.wait(self._watcher)
        finally:
            self._waiting = None

    def close(self) -> None:
        """Give back what the event loop holds for it."""
        self._stop()
        self._hub.cancel_wait(self._watcher, OSError("the connection was closed"), True)

    def _set(self, seconds: float) -> None:
        self._stop()
        self._rings_at = monotonic() + seconds
        self._timer = self._hub.loop.timer(seconds, ref=False)
        self._timer.start(self._ring)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.close()
            self._timer = None
        self._rings_at = math.inf

    def _ring(self) -> None:
        """Called by the event loop."""
        self._stop()
        left_s = self._due - monotonic()
        if self._waiting is not None and left_s > 0:
            self._set(left_s)
        elif self._waiting is not None:
            self._waiting.throw(TimeoutError("timed out"))
