"""The fast lane: sockets on which a first token is awaited are read out of turn.

The kernel stamps what arrives, but a socket keeps one stamp, that of the latest bytes. Where an answer's second token
arrives before its first has been read, the instant of the first is lost, whatever is read later. A full core takes
longer to read a thousand streams in turn than tokens are apart; those that are still to begin are therefore looked at
between the reads of the others, and between the requests that are sent.
"""

import math
import select
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from gevent.monkey import get_original

LOOK_EVERY_S: Final = 0.001
"""How long the first tokens wait for reads of other streams; a look at them takes a few microseconds."""


class FastLane:
    """The sockets of one event loop that are read out of turn. `due_s` is when to look at them (monotonic), never while
    there are none.

    It needs epoll: elsewhere nobody is read out of turn.
    """

    def __init__(self) -> None:
        self.due_s = math.inf
        self._epoll: Any = get_original("select", "epoll")() if sys.platform.startswith("linux") else None
        self._reads: dict[int, Callable[[], None]] = {}

    def enter(self, fileno: int, read: Callable[[], None]) -> None:
        """Have `read` called when that socket is readable at a look."""
        if self._epoll is None:
            return
        self._epoll.register(fileno, select.EPOLLIN)
        if not self._reads:
            self.due_s = 0.0
        self._reads[fileno] = read

    def leave(self, fileno: int) -> None:
        """Have that socket read in its turn again."""
        if self._epoll is None:
            return
        self._epoll.unregister(fileno)
        del self._reads[fileno]
        if not self._reads:
            self.due_s = math.inf

    def look(self) -> None:
        """Read what is readable now. Whoever reads meanwhile does not look again."""
        self.due_s = math.inf
        for fileno, _ in self._epoll.poll(0):
            if fileno in self._reads:
                self._reads[fileno]()
        if self._reads and self._epoll is not None:  # whoever read may have closed it
            self.due_s = monotonic() + LOOK_EVERY_S

    def close(self) -> None:
        """From now on nobody is read out of turn."""
        if self._epoll is not None:
            self._epoll.close()
        self._epoll, self.due_s = None, math.inf
