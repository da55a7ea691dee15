"""What most mock servers do: `sse-starlette`'s EventSourceResponse over a generator that sleeps before each event.

It sends constant bytes of the length that the mock's events have, decides nothing, and tells when requests had come as
the mock's journal does. A stream ends when its client leaves.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from typing import Any, Final

from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from .announced import serve

DATA: Final = "x" * 270


class Generating:
    """The app: an event each `itl_s`, the first after `ttft_s`."""

    def __init__(self, ttft_s: float, itl_s: float) -> None:
        self._ttft_s = ttft_s
        self._itl_s = itl_s
        self._requests: list[dict[str, Any]] = []

    async def chat(self, request: Request) -> EventSourceResponse:
        """Begin a stream."""
        await request.body()
        self._requests.append({"client_id": request.headers["x-client-request-id"], "received_at": time.time()})
        return EventSourceResponse(self._events(), sep="\n")

    async def _events(self) -> AsyncIterator[dict[str, str]]:
        await asyncio.sleep(self._ttft_s)
        yield {"data": DATA}  # the role
        while True:
            yield {"data": DATA}
            await asyncio.sleep(self._itl_s)

    async def journal(self, request: Request) -> JSONResponse:
        """The requests after the first `since`."""
        return JSONResponse({"requests": self._requests[int(request.query_params["since"]) :]})


def generator_command(*, ttft_s: float, itl_s: float) -> tuple[str, ...]:
    """The command that serves this."""
    return (sys.executable, "-m", "tests.bench.rig.generator_server", str(ttft_s), str(itl_s))


if __name__ == "__main__":
    generating = Generating(*map(float, sys.argv[1:]))
    routes = [
        Route("/v1/chat/completions", generating.chat, methods=["POST"]),
        Route("/_mock/requests", generating.journal, methods=["GET"]),
    ]
    serve(Starlette(routes=routes))
