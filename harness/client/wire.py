"""Wires: connected streams of bytes on gevent sockets, every read stamped by the kernel.

Most reads of a load test bring one more token, so that is what has to be cheap. A greenlet that waits for each of them
costs two switches a read; here it sleeps through the whole answer, and what arrives is taken in where gevent's hub
learns of it.
"""

import math
import socket
from collections.abc import Callable
from time import monotonic
from typing import Any, Final, Protocol

import gevent
import gevent.hub
import gevent.socket
from gevent.monkey import get_original

from .fast_lane import FastLane
from .stamps import ANCILLARY_BYTES, StampClock, have_stamped

READ_BYTES: Final = 64 * 1024

Take = Callable[[bytes, float, float | None], float | None]
"""Takes in what one read returned, empty at the end of the stream; when it was read; and when its last byte had come to
this machine, None where the kernel does not say (both on the monotonic clock). It must not wait. It returns the instant
by which more is due (monotonic), or None when nothing more is wanted."""


class Wire(Protocol):
    """A connected stream of bytes; times are seconds, TimeoutError when they have passed."""

    def send(self, data: bytes, timeout_s: float) -> None:
        """Send all of it."""

    def receive(self, timeout_s: float) -> bytes:
        """What one read returned; empty at the end of the stream.

        With 0 it never waits: BlockingIOError when nothing is there.
        """

    def follow(self, take: Take, due_s: float) -> None:
        """Hand every read to `take` until it wants no more.

        Raises TimeoutError when nothing comes by `due_s`, or by what `take` said last, and what `take` raises.
        """

    def hurry(self, is_urgent: bool) -> None:
        """Whether what comes next is to be read out of turn, for as long as it is followed."""

    def quiet(self) -> bool:
        """Whether an idle wire may be used again: the server has neither closed it nor said anything."""

    def close(self) -> None:
        """Close the connection."""


class Desk:
    """What the wires of one event loop share: they are read one after the other, into one buffer.

    A socket that nothing arrives at has the kernel go on stamping while no wire is open.
    """

    def __init__(self) -> None:
        self.lane = FastLane()
        self.clock = StampClock()
        self.buffer = memoryview(bytearray(READ_BYTES))
        self._stamped = have_stamped(get_original("socket", "socket")(socket.AF_INET, socket.SOCK_DGRAM))

    def close(self) -> None:
        """The wires are closed."""
        self.lane.close()
        self._stamped.close()


class PlainWire:
    """A connected socket of gevent's, which is this wire's from now on.

    Once an answer has been followed the event loop goes on watching, so that nobody has to ask whether the server has
    closed the connection meanwhile: what is readable and belongs to no answer says so.

    Its timer rings at the earliest deadline since it was set: when the deadline has moved by then, it is set anew. So
    deadlines that only move later, a read after another, cost nothing.
    """

    def __init__(self, sock: gevent.socket.socket, desk: Desk) -> None:
        self._socket = _unwrapped(sock)
        self._fileno = self._socket.fileno()
        self._lane, self._clock, self._buffer = desk.lane, desk.clock, desk.buffer
        self._buffers = [desk.buffer]
        self._receive_into = self._socket.recvmsg_into
        have_stamped(self._socket)
        self._is_urgent = False
        self._hub = gevent.get_hub()
        self._watcher = self._hub.loop.io(self._fileno, 1)
        self._watched = False
        self._timer: Any = None
        self._rings_s = math.inf
        self._due_s = math.inf
        self._take: Take = _unheard
        self._waiter: Any = None

    def send(self, data: bytes, timeout_s: float) -> None:
        """Send all of it."""
        left, due_s = memoryview(data)[self._send_some(data) :], monotonic() + timeout_s
        while left:
            gevent.socket.wait_write(self._fileno, max(due_s - monotonic(), 0.0), TimeoutError("timed out"))
            left = left[self._send_some(left) :]
        if monotonic() >= self._lane.due_s:  # many who begin at once keep the event loop from reading
            self._lane.look()

    def receive(self, timeout_s: float) -> bytes:
        """What one read returned."""
        while True:
            if timeout_s > 0:
                gevent.socket.wait_read(self._fileno, timeout_s, TimeoutError("timed out"))
            try:
                return self._socket.recv(READ_BYTES)
            except BlockingIOError:
                if timeout_s <= 0:
                    raise

    def follow(self, take: Take, due_s: float) -> None:
        """Hand every read to `take` until it wants no more."""
        self._take = take
        self._waiter = gevent.hub.Waiter(self._hub)
        self._due_s = due_s
        if due_s < self._rings_s:
            self._set_timer()
        if not self._watched:
            self._watched = True
            self._watcher.start(self._readable)
        try:
            self._waiter.get()
        finally:
            self._take = _unheard
            self._waiter = None

    def hurry(self, is_urgent: bool) -> None:
        """Whether what comes next is to be read out of turn."""
        if is_urgent == self._is_urgent:
            return
        if is_urgent:
            self._lane.enter(self._fileno, self._readable)
        else:
            self._lane.leave(self._fileno)
        self._is_urgent = is_urgent

    def quiet(self) -> bool:
        """Whether nothing has been heard since the last answer."""
        return self._watched

    def close(self) -> None:
        """Close the connection."""
        self.hurry(False)
        self._stop_timer()
        self._watcher.close()
        self._socket.close()

    def _send_some(self, data: bytes | memoryview) -> int:
        """Send what can be sent at once, which is nearly always all of it; how much that was, in bytes."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    def _readable(self) -> None:
        """Called by the event loop, or out of turn."""
        if self._waiter is None:
            if self._is_something_there():
                self._watched = False
                self._watcher.stop()
            return
        try:
            size, ancillary, _, _ = self._receive_into(self._buffers, ANCILLARY_BYTES)
            read_s = monotonic()
            due_s = self._take(bytes(self._buffer[:size]), read_s, self._clock.came_s(read_s, ancillary))
        except BlockingIOError:
            return
        except BaseException as error:  # the greenlet that follows is the one to know of it
            self._wake(self._waiter.throw, error)
            return
        if due_s is None:
            self._wake(self._waiter.switch, None)
            return
        self._due_s = due_s
        if due_s < self._rings_s:
            self._set_timer()
        if read_s >= self._lane.due_s:
            self._lane.look()

    def _wake(self, wake: Callable[[Any], None], value: Any) -> None:
        """Have the follower go on, which only the hub can do."""
        if gevent.getcurrent() is self._hub:
            wake(value)
        else:
            self._waiter = None
            self._hub.loop.run_callback(wake, value)

    def _is_something_there(self) -> bool:
        """Whether an idle wire is readable: what the event loop had found may have been read out of turn meanwhile."""
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

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


def _unheard(_data: bytes, _read_s: float, _came_s: float | None) -> None:
    """Takes nothing: nobody follows."""


def _unwrapped(sock: gevent.socket.socket) -> socket.socket:
    """The plain socket, which never waits: gevent's own methods are written in Python, and called for every token."""
    plain: socket.socket = get_original("socket", "socket")(fileno=sock.detach())
    plain.setblocking(False)
    return plain
