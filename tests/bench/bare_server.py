"""The least a stream can cost here: constant bytes to uvloop's transports, on the player's own timer and pacer."""

import asyncio
import sys
import time
from typing import Final

import uvloop

from mockserver.player.pacer import Pacer
from mockserver.player.timer import open_timer

FRAME: Final = b"119\r\ndata: " + b"x" * 270 + b"\n\n\r\n"


class Bare(asyncio.Protocol):
    """A connection that gets a frame each `itl_s`, whatever it asked."""

    def __init__(self, pacer: Pacer, ttft_s: float, itl_s: float) -> None:
        self.slot = 0
        self._pacer = pacer
        self._ttft_s = ttft_s
        self._itl_s = itl_s

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._due = time.monotonic() + self._ttft_s
        self._transport.write(FRAME)
        self._pacer.add(self, self._due)

    def connection_lost(self, exc: Exception | None) -> None:
        self._pacer.remove(self)

    def play(self, _now: float) -> float:
        self._transport.write(FRAME)
        self._due += self._itl_s
        return self._due

    def fail(self, error: Exception) -> None:
        self._transport.abort()


async def serve(itl_s: float, ttft_s: float) -> None:
    """Serve until terminated."""
    loop = asyncio.get_running_loop()
    pacer = Pacer(lambda on_fire: open_timer(loop, on_fire))
    server = await loop.create_server(lambda: Bare(pacer, ttft_s, itl_s), "127.0.0.1", 0, backlog=4096)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(*map(float, sys.argv[1:])))
