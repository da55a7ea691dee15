"""The player of an app: paced where the server lends its transport, portable everywhere else."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Literal

from starlette.types import Receive, Scope, Send

from .breaking import break_off
from .handover import lent
from .paced import play_paced, wait_paced
from .pacer import Pacer
from .performance import Performance, RawHeaders
from .portable import play_portable, wait_portable
from .timer import PREFERENCE, OpenTimer, open_timer


class Player:
    """Plays answers. One per app, started on the loop that serves it; before that only the portable way is there."""

    def __init__(self, timers: Sequence[OpenTimer] = PREFERENCE) -> None:
        self._timers = timers
        self._pacer: Pacer | None = None

    async def start(self) -> None:
        """Take a timer from the running loop."""
        loop = asyncio.get_running_loop()
        self._pacer = Pacer(lambda on_fire: open_timer(loop, on_fire, self._timers))

    async def stop(self) -> None:
        """Give the timer back. What still plays then stands still until its connection is closed."""
        if self._pacer is not None:
            self._pacer.close()
            self._pacer = None

    def take_lateness(self) -> tuple[int, float, float]:
        """How many wake-ups there were since this was asked last, and by how many seconds they were late: all, most.

        Nobody knows of the portable way.
        """
        return (0, 0.0, 0.0) if self._pacer is None else self._pacer.take_lateness()

    def __len__(self) -> int:
        """How many streams and waits are open."""
        return 0 if self._pacer is None else len(self._pacer)

    def stream(
        self, performance: Performance, headers: RawHeaders, scope: Scope, receive: Receive, send: Send
    ) -> Awaitable[None]:
        """Respond, status 200, with `performance` under exactly these headers."""
        handover = lent(scope)
        if handover is None or self._pacer is None:
            return play_portable(performance, headers, scope, receive, send)
        return play_paced(performance, headers, pacer=self._pacer, handover=handover, receive=receive)

    async def break_off(self, scope: Scope, receive: Receive, end: Literal["cut", "reset"]) -> None:
        """Close the connection of a request, answered or not. Raises BrokenOffError where the server lends none."""
        await break_off(lent(scope), receive, end)

    def wait_until(self, deadline: float, scope: Scope, receive: Receive) -> Awaitable[bool]:
        """Wait until `deadline` (monotonic seconds) before answering. False: the client hung up, do not answer."""
        handover = lent(scope)
        if handover is None or self._pacer is None:
            return wait_portable(deadline, receive)
        return wait_paced(deadline, self._pacer, handover, receive)
