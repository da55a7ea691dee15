"""The portable player: the paced player's bytes by plain ASGI, for any server and for in-process test clients."""

import asyncio
import time
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse
from starlette.types import Receive, Scope, Send

from .breaking import BrokenOffError
from .performance import Performance, RawHeaders


async def play_portable(
    performance: Performance, headers: RawHeaders, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer a request with `performance`, status 200."""
    if not await wait_portable(performance.first_due, receive):
        performance.hung_up(time.monotonic())
        return
    response = EventSourceResponse(_chunks(performance), sep="\n", ping=0)
    # Exactly the headers of the answer: the response forces three that the real API does not send.
    response.raw_headers = headers
    await response(scope, receive, send)


async def wait_portable(deadline: float, receive: Receive) -> bool:
    """Wait until `deadline` (monotonic seconds). False: the client hung up before."""
    while (left := deadline - time.monotonic()) > 0:
        try:
            async with asyncio.timeout(left):
                while (await receive())["type"] != "http.disconnect":
                    pass
                return False
        except TimeoutError:
            continue  # perhaps early: loops round
    return True


async def _chunks(performance: Performance) -> AsyncIterator[bytes]:
    """The performance's writes. Each is `sent` when the server asks for the next, which is after it took this one."""
    performance.opened(time.monotonic())
    due: float | None = performance.first_due
    try:
        while due is not None:
            while (left := due - time.monotonic()) > 0:
                await asyncio.sleep(left)
            data, due = performance.perform(time.monotonic())
            if data:
                yield data
                performance.sent(time.monotonic())
        if performance.end != "whole":
            raise BrokenOffError
    except (asyncio.CancelledError, GeneratorExit):
        performance.hung_up(time.monotonic())
        raise
