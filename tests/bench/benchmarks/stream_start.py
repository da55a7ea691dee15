"""What a new stream costs the server: reading, deciding, writing the reply, taking its place with the pacer."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

from ..rig.asking import connected, journal, request
from ..rig.bare_server import bare_command
from ..rig.generator_server import generator_command
from ..rig.processes import MOCKSERVER, cores, cpu_s, pinned, served
from ..row import Benchmark, Row, Sample

TTFT_S: Final = 30.0
"""No token is due while starts are counted."""
SERVER: Final = (
    *(MOCKSERVER, "serve", "--port", "0", "--latency", "constant"),
    *("--ttft-ms", f"{TTFT_S * 1e3:g}", "--itl-ms", "20", "--reply-tokens", "fill"),
)
PATIENCE_S: Final = 0.01


def _measure(quick: bool) -> Sequence[Sample]:
    streams = 20 if quick else 1000
    floor_us = _us_per_start(bare_command(ttft_s=TTFT_S, itl_s=1.0), streams)
    again_us = _us_per_start(SERVER, streams, about=0)
    return (
        Sample(again_us, floor_us),
        Sample(_us_per_start(SERVER, streams), floor_us),
        Sample(_us_per_start(generator_command(ttft_s=TTFT_S, itl_s=1.0), streams, about=0), again_us),
    )


def _us_per_start(command: Sequence[str], streams: int, *, about: int | None = None) -> float:
    """CPU microseconds of the server per stream, on connections that are open already."""
    server_core, client_core = cores()
    with served(command, server_core) as (pid, url), ExitStack() as stack, pinned(client_core):
        connections = [stack.enter_context(connected(url)) for _ in range(streams)]
        connections[0].sendall(request(url.netloc, 0, stream=True, tokens=100))
        _wait_for(url.geturl(), 1)
        before_s = cpu_s(pid)
        for number, connection in enumerate(connections[1:], start=1):
            connection.sendall(request(url.netloc, number, stream=True, tokens=100, about=about))
        _wait_for(url.geturl(), streams)
        return (cpu_s(pid) - before_s) / (streams - 1) * 1e6


def _wait_for(url: str, requests: int) -> None:
    """Return when the server has noted so many requests; it decides about one as it notes it."""
    while len(journal(url, since=requests - 1)) == 0:
        time.sleep(PATIENCE_S)


STREAM_START: Final = Benchmark(
    name="stream-start",
    method=(
        "1,000 streams of 100 tokens asked for at once on open connections, none of them due to send anything yet. "
        "CPU time of the server from the first to the last, per stream: the request read and judged, its answer "
        "planned, its place with the pacer taken. The same question every time, whose reply is remembered; and a "
        "question of its own for each, whose reply is written and tokenised first. Floor: a bare uvloop protocol "
        "that only takes the place. Generator: `EventSourceResponse` of `sse-starlette`, which reads and decides "
        "nothing."
    ),
    rows=(
        Row(name="server: start of a stream, CPU", unit="us", goal=100, reference="bare uvloop protocol"),
        Row(name="server: start of a stream, another question, CPU", unit="us", reference="bare uvloop protocol"),
        Row(name="sse-starlette and a generator: start of a stream, CPU", unit="us", reference="the server"),
    ),
    measure=_measure,
)
