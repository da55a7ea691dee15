"""The least an answer can cost here: constant bytes to uvloop's transports, on the player's own timer and pacer.

A request that asks for a stream gets one that never ends, any other a whole answer; `/_mock/requests` tells when each
had come, as the mock server's journal does.
"""

import asyncio
import json
import re
import sys
import time
from typing import Final

import uvloop

from mockserver.player.pacer import Pacer
from mockserver.player.timer import open_timer

FRAME: Final = b"119\r\ndata: " + b"x" * 270 + b"\n\n\r\n"
ANSWER: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000

_NUMBER: Final = re.compile(rb"X-Client-Request-Id: (\d+)")


class Bare(asyncio.Protocol):
    """A connection: a frame each `itl_s` for a stream. `received` notes requests and their instants."""

    def __init__(self, pacer: Pacer, ttft_s: float, itl_s: float, received: list[tuple[bytes, float]]) -> None:
        self.slot = 0
        self._pacer = pacer
        self._ttft_s = ttft_s
        self._itl_s = itl_s
        self._received = received
        self._frames = FRAME + FRAME  # the role comes with the first token

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        if data.startswith(b"GET"):
            self._transport.write(self._journal())
            return
        self._received.append((data, now))
        if b'"stream": true' in data:
            self._due = now + self._ttft_s
            self._pacer.add(self, self._due)
        else:
            self._transport.write(ANSWER)

    def connection_lost(self, exc: Exception | None) -> None:
        self._pacer.remove(self)

    def play(self, _now: float) -> float:
        self._transport.write(self._frames)
        self._frames = FRAME
        self._due += self._itl_s
        return self._due

    def fail(self, error: Exception) -> None:
        self._transport.abort()

    def _journal(self) -> bytes:
        epoch_s = time.time() - time.monotonic()
        numbered = ((_NUMBER.search(data), at) for data, at in self._received)
        entries = [{"client_id": found[1].decode(), "received_at": at + epoch_s} for found, at in numbered if found]
        body = json.dumps({"requests": entries}).encode()
        return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


async def serve(itl_s: float, ttft_s: float) -> None:
    """Serve until terminated."""
    loop = asyncio.get_running_loop()
    pacer = Pacer(lambda on_fire: open_timer(loop, on_fire))
    received: list[tuple[bytes, float]] = []
    server = await loop.create_server(lambda: Bare(pacer, ttft_s, itl_s, received), "127.0.0.1", 0, backlog=4096)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def bare_command(*, ttft_s: float = 0.0, itl_s: float = 0.0) -> tuple[str, ...]:
    """The command that serves this."""
    return (sys.executable, "-m", "tests.bench.rig.bare_server", str(itl_s), str(ttft_s))


if __name__ == "__main__":
    uvloop.run(serve(*map(float, sys.argv[1:])))
