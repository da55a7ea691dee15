"""The paced player: the pacer writes a response from its head to its end.

A stream costs one task, which only waits in `receive()`: a hang-up wakes it, and so does the pacer when it is done.
"""

import logging
from collections.abc import Callable
from typing import Final

from starlette.types import Receive

from .breaking import break_off
from .handover import Handover
from .pacer import Pacer
from .performance import Performance, RawHeaders

_logger = logging.getLogger(__name__)

_LAST_CHUNK: Final = b"0\r\n\r\n"


class Line:
    """A performance on its way into a transport: a part of the pacer, and the flow that the transport stops.

    `head` goes out with the first bytes.
    """

    __slots__ = (
        "_chunked",
        "_clock",
        "_due",
        "_handover",
        "_head",
        "_pacer",
        "_paused",
        "_performance",
        "_transport",
        "done",
        "failed",
        "slot",
    )

    def __init__(self, performance: Performance, handover: Handover, pacer: Pacer, head: bytes) -> None:
        self.slot = 0
        self.done = False
        self.failed = False
        self._performance = performance
        self._handover = handover
        self._head = head
        self._transport = handover.transport
        self._chunked = handover.chunked
        self._pacer = pacer
        self._clock = pacer.clock
        self._due = performance.first_due
        self._paused = False

    def play(self, now: float) -> float | None:
        """Write what is due by `now` as one chunk, the first behind the head, the last before the mark of the end."""
        performance = self._performance
        data, due = performance.perform(now)
        if data and self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        if self._head:
            data = self._head + data
        if due is None:
            data += self._ended()
        if data:
            self._transport.write(data)
            clock = self._clock  # CPython 3.11 calls a local faster than a slot
            at = clock()
            if self._head:
                self._head = b""
                performance.opened(at)
            performance.sent(at)
        if due is None:
            return None
        self._due = due
        return None if self._paused else due

    def _ended(self) -> bytes:
        self.done = True
        self._handover.wake()
        return _LAST_CHUNK if self._chunked and self._performance.end == "whole" else b""

    def fail(self, error: Exception) -> None:
        """Cut the stream short: half an answer is better than a standstill of all."""
        self.failed = True
        _logger.error("a stream was aborted: %s: %s", type(error).__name__, error)
        self._transport.abort()

    def pause(self) -> None:
        """Leave the schedule: the reader is slow."""
        self._paused = True
        self._pacer.remove(self)

    def resume(self) -> None:
        """Come back to the schedule, with all that became due meanwhile."""
        if self._paused and not self.done:
            self._paused = False
            self._pacer.add(self, self._due)

    def lost(self) -> None:
        """Leave the schedule at once: the request's task hears of the hang-up an iteration of the loop later."""
        self.pause()


class Alarm:
    """An instant that a request waits for."""

    __slots__ = ("_wake", "done", "slot")

    def __init__(self, wake: Callable[[], None]) -> None:
        self.slot = 0
        self.done = False
        self._wake = wake

    def play(self, _now: float) -> None:
        """Wake the request."""
        self.done = True
        self._wake()

    def fail(self, error: Exception) -> None:
        """Waking cannot fail in a way that could be mended here."""
        _logger.error("a request could not be woken: %s: %s", type(error).__name__, error)


async def play_paced(
    performance: Performance, headers: RawHeaders, *, pacer: Pacer, handover: Handover, receive: Receive
) -> None:
    """Answer a request with `performance`, status 200."""
    if not await wait_paced(performance.first_due, pacer, handover, receive) or not await handover.ready():
        performance.hung_up(pacer.clock())
        return
    line = Line(performance, handover, pacer, handover.head(200, headers, stream=True))
    handover.lend(line)
    pacer.begin(line)
    if await _attend(line, pacer, receive):
        if performance.end != "whole":
            await break_off(handover, receive, performance.end)
        else:
            handover.finish()
    elif not line.failed:
        performance.hung_up(pacer.clock())


async def wait_paced(deadline: float, pacer: Pacer, handover: Handover, receive: Receive) -> bool:
    """Wait until `deadline`. False: the client hung up before."""
    if deadline <= pacer.clock():
        return True
    alarm = Alarm(handover.wake)
    pacer.add(alarm, deadline)
    return await _attend(alarm, pacer, receive)


async def _attend(part: Line | Alarm, pacer: Pacer, receive: Receive) -> bool:
    """Wait until `part` is done. False: the client hung up before; the pacer has forgotten the part then."""
    try:
        while not part.done:
            message = await receive()
            if message["type"] == "http.disconnect":
                return False
        return True
    finally:
        pacer.remove(part)
