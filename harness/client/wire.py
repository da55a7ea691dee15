"""Wires: connected streams of bytes on gevent sockets, every read stamped by the kernel.

Most reads of a load test bring one more token, so that is what has to be cheap. A greenlet that waits for each of them
costs two switches a read; here it sleeps through the whole answer, and what arrives is taken in where gevent's hub
learns of it.
"""

import math
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any, Final, Protocol

import gevent
import gevent.hub
import gevent.socket

READ_BYTES: Final = 64 * 1024

STEPPED_S: Final = 0.001
"""A change between the wall clock and the monotonic one, from one read to the next, that is a step and no drift."""

CLOSE_S: Final = 0.00002
"""Two looks at a clock that are no further apart had nothing between them."""

_TIMESTAMPNS: Final = 35
"""SO_TIMESTAMPNS and SCM_TIMESTAMPNS, which `socket` does not name."""

_TIMESPEC: Final = struct.Struct("@qq")
_ANCILLARY_BYTES: Final = socket.CMSG_SPACE(_TIMESPEC.size)

Take = Callable[[bytes | memoryview, float, float | None], float | None]
"""Takes in what one read returned, empty at the end of the stream; when it was read; and when its last byte had come to
this machine, None where the kernel does not say (both on the monotonic clock). It must not wait. It returns the instant
by which more is due (monotonic), or None when nothing more is wanted."""


class Wire(Protocol):
    """A connected stream of bytes; times are seconds, TimeoutError when they have passed."""

    def send(self, data: bytes, timeout_s: float) -> None:
        """Send all of it."""

    def receive(self, timeout_s: float) -> bytes | memoryview:
        """What one read returned, valid until the next; empty at the end of the stream.

        With 0 it never waits: BlockingIOError when nothing is there.
        """

    def follow(self, take: Take, due_s: float) -> None:
        """Hand every read to `take` until it wants no more.

        Raises TimeoutError when nothing comes by `due_s`, or by what `take` said last, and what `take` raises.
        """

    def quiet(self) -> bool:
        """Whether an idle wire may be used again: the server has neither closed it nor said anything."""

    def close(self) -> None:
        """Close the connection."""


class PlainWire:
    """A connected socket, read into one buffer that is used again and again.

    Once an answer has been followed the event loop goes on watching, so that nobody has to ask whether the server has
    closed the connection meanwhile: what is readable and belongs to no answer says so.

    Its timer rings at the earliest deadline since it was set: when the deadline has moved by then, it is set anew. So
    deadlines that only move later, a read after another, cost nothing.
    """

    def __init__(self, sock: gevent.socket.socket) -> None:
        self._socket = sock
        self._buffers = [memoryview(bytearray(READ_BYTES))]
        self._clock = StampClock()
        sock.settimeout(0.0)
        _have_stamped(sock)
        self._hub = gevent.get_hub()
        self._watcher = self._hub.loop.io(sock.fileno(), 1)
        self._watched = False
        self._timer: Any = None
        self._rings_s = math.inf
        self._due_s = math.inf
        self._take: Take = _unheard
        self._waiter: Any = None

    def send(self, data: bytes, timeout_s: float) -> None:
        """Send all of it."""
        sent = self._send_some(data)
        if sent < len(data):
            self._socket.settimeout(timeout_s)
            self._socket.sendall(data[sent:])
            self._socket.settimeout(0.0)

    def receive(self, timeout_s: float) -> memoryview:
        """What one read returned."""
        buffer = self._buffers[0]
        while True:
            if timeout_s > 0:
                gevent.socket.wait_read(self._socket.fileno(), timeout_s, TimeoutError("timed out"))
            try:
                return buffer[: self._socket.recv_into(buffer)]
            except BlockingIOError:
                if timeout_s <= 0:
                    raise

    def follow(self, take: Take, due_s: float) -> None:
        """Hand every read to `take` until it wants no more."""
        self._take = take
        self._waiter = gevent.hub.Waiter(self._hub)
        self._be_done_by(due_s)
        if not self._watched:
            self._watched = True
            self._watcher.start(self._readable)
        try:
            self._waiter.get()
        finally:
            self._take = _unheard
            self._waiter = None

    def quiet(self) -> bool:
        """Whether nothing has been heard since the last answer."""
        return self._watched

    def close(self) -> None:
        """Close the connection."""
        self._stop_timer()
        self._watcher.close()
        self._socket.close()

    def _send_some(self, data: bytes) -> int:
        """Send what can be sent at once, which is nearly always all of it; how much that was, in bytes."""
        try:
            return int(self._socket.send(data))
        except BlockingIOError:
            return 0

    def _readable(self) -> None:
        """Called by the event loop."""
        if self._waiter is None:
            self._watched = False
            self._watcher.stop()
            return
        try:
            over = self._read()
        except BlockingIOError:
            return
        except BaseException as error:  # the greenlet that follows is the one to know of it
            self._waiter.throw(error)
        else:
            if over:
                self._waiter.switch(None)

    def _read(self) -> bool:
        """Read once and have it taken in; whether that was all."""
        buffers = self._buffers
        size, ancillary, _, _ = self._socket.recvmsg_into(buffers, _ANCILLARY_BYTES)
        read_s = monotonic()
        due_s = self._take(buffers[0][:size], read_s, self._clock.came_s(read_s, ancillary))
        if due_s is None:
            return True
        self._be_done_by(due_s)
        return False

    def _be_done_by(self, due_s: float) -> None:
        self._due_s = due_s
        if due_s < self._rings_s:
            self._set_timer()

    def _set_timer(self) -> None:
        self._stop_timer()
        self._rings_s = self._due_s
        self._timer = self._hub.loop.timer(max(self._due_s - monotonic(), 0.0), ref=False)
        self._timer.start(self._ring)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.close()
            self._timer = None
        self._rings_s = math.inf

    def _ring(self) -> None:
        """Called by the event loop. What has arrived by now was in time: it is only we who are late."""
        self._stop_timer()
        if self._waiter is None:
            return
        if self._due_s <= monotonic():
            self._readable()
        if self._waiter is not None and self._due_s <= monotonic():
            self._waiter.throw(TimeoutError("timed out"))
        elif self._waiter is not None:
            self._set_timer()


def _unheard(_data: bytes | memoryview, _read_s: float, _came_s: float | None) -> None:
    """Takes nothing: nobody follows."""


class StampClock:
    """From the kernel's stamps, which are of the wall clock, to instants of the monotonic one.

    What lies between the two is measured at every read, unless the process was interrupted between looking at one and
    at the other; a sudden change of it means that the wall clock has been set.
    """

    __slots__ = ("_offset_s",)

    def __init__(self) -> None:
        self._offset_s: float | None = None

    def came_s(self, read_s: float, ancillary: Sequence[tuple[int, int, bytes]]) -> float | None:
        """When the last byte of a read had come to this machine; None where that cannot be told.

        A read has no stamp where the platform has none, and at the end of a stream, which is no data.
        """
        if not ancillary:
            return None
        before_s, at, after_s = monotonic(), time.time(), monotonic()
        offset_s = known_s = self._offset_s
        if offset_s is None or after_s - before_s < CLOSE_S:
            self._offset_s = offset_s = at - before_s
        if known_s is not None and not -STEPPED_S < offset_s - known_s < STEPPED_S:
            return None
        seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
        came_s: float = seconds - offset_s + nanoseconds * 1e-9
        if came_s < read_s:
            return came_s
        return read_s if came_s < read_s + STEPPED_S else None


def _have_stamped(sock: gevent.socket.socket) -> None:
    """Have the kernel stamp what arrives, where it can."""
    if sys.platform.startswith("linux"):
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, _TIMESTAMPNS, 1)
