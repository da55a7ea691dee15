"""The kernel's stamps of what arrives, as instants of the monotonic clock."""

import math
import socket
import struct
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

STEPPED_S: Final = 0.001
"""A change between the wall clock and the monotonic one, from one look to the next, that is a step and no drift."""

LOOK_EVERY_S: Final = 0.001
"""How long what lies between the two clocks is taken for known."""

SLEWED: Final = 0.0005
"""How much of the time that passes NTP may add to what lies between them: half a microsecond in a millisecond."""

SUSPICIOUS_S: Final = 0.05
"""Whoever read so late may also be misled by a wall clock that was set back since the last look."""

CLOSE_S: Final = 0.00002
"""Two looks at a clock that are no further apart had nothing between them."""

_TIMESTAMPNS: Final = 35
"""SO_TIMESTAMPNS and SCM_TIMESTAMPNS, which `socket` does not name."""

_TIMESPEC: Final = struct.Struct("@qq")
ANCILLARY_BYTES: Final = socket.CMSG_SPACE(_TIMESPEC.size)


def have_stamped(sock: socket.socket) -> socket.socket:
    """Have the kernel stamp what arrives at this socket, where it can.

    The kernel begins to stamp a moment after the first socket has asked for it, and ends with the last one.
    """
    if sys.platform.startswith("linux"):
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, _TIMESTAMPNS, 1)
    return sock


class StampClock:
    """From the kernel's stamps, which are of the wall clock, to instants of the monotonic one.

    What lies between the two is measured again and again, unless the process was interrupted between looking at one and
    at the other. A sudden change of it means that the wall clock has been set: stamps from before tell nothing then.
    """

    __slots__ = ("_looked_s", "_offset_s", "_set_s")

    def __init__(self) -> None:
        self._offset_s = math.nan
        self._looked_s = -math.inf
        self._set_s = -math.inf

    def came_s(self, read_s: float, ancillary: Sequence[tuple[int, int, bytes]]) -> float | None:
        """When the last byte of a read had come to this machine; None where that cannot be told.

        A read has no stamp where the platform has none, and at the end of a stream, which is no data.
        """
        if not ancillary:
            return None
        is_known = read_s < self._looked_s + LOOK_EVERY_S
        if not is_known:
            self._look(read_s)
        seconds, nanoseconds = _TIMESPEC.unpack(ancillary[0][2])
        came_s: float = seconds - self._offset_s + nanoseconds * 1e-9
        if is_known and came_s < read_s - SUSPICIOUS_S:
            self._look(read_s)
            came_s = seconds - self._offset_s + nanoseconds * 1e-9
        if self._set_s <= came_s < read_s:
            return came_s
        return read_s if read_s <= came_s < read_s + STEPPED_S else None

    def _look(self, read_s: float) -> None:
        """Measure what lies between the clocks."""
        before_s, at, after_s = monotonic(), time.time(), monotonic()
        known_s = self._offset_s
        if after_s - before_s < CLOSE_S or math.isnan(known_s):
            self._offset_s = at - before_s
            if abs(self._offset_s - known_s) >= STEPPED_S + SLEWED * (read_s - self._looked_s):
                self._set_s = read_s
            self._looked_s = read_s
