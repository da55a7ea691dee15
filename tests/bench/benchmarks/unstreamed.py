"""An unstreamed request to a server without latency, one after the other."""

import socket
import time
from collections.abc import Sequence
from typing import Final

from ..rig.asking import connected, request
from ..rig.bare_server import bare_command
from ..rig.processes import MOCKSERVER, cores, pinned, served
from ..rig.raw_client import quantile
from ..row import Benchmark, Row, Sample

SERVER: Final = (MOCKSERVER, "serve", "--port", "0", "--latency", "instant", "--reply-tokens", "fill")
WARM_UP: Final = 5


def _measure(quick: bool) -> Sequence[Sample]:
    requests = 20 if quick else 2000
    ours, floor = (_times_ms(command, requests) for command in (SERVER, bare_command()))
    return tuple(Sample(quantile(ours, q), quantile(floor, q)) for q in (0.5, 0.99))


def _times_ms(command: Sequence[str], requests: int) -> list[float]:
    server_core, client_core = cores()
    with served(command, server_core) as (_, url), pinned(client_core), connected(url) as connection:
        asked = [request(url.netloc, number, stream=False, tokens=100) for number in range(requests + WARM_UP)]
        return [_time_ms(connection, content) for content in asked][WARM_UP:]


def _time_ms(connection: socket.socket, content: bytes) -> float:
    begin_s = time.perf_counter()
    connection.sendall(content)
    _read_answer(connection)
    return (time.perf_counter() - begin_s) * 1e3


def _read_answer(connection: socket.socket) -> None:
    """Read one answer with a content-length to its end."""
    received = connection.recv(1 << 16)
    while b"\r\n\r\n" not in received:
        received += connection.recv(1 << 16)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0])
    left = length - len(body)
    while left > 0:
        left -= len(connection.recv(1 << 16))


UNSTREAMED: Final = Benchmark(
    name="unstreamed",
    method=(
        "2,000 unstreamed requests for 100 tokens, each with a question of its own, one after the other on one "
        "connection to `mockserver serve --latency instant`; server and client on a core each. From before the send to "
        "the last byte. Floor: a bare uvloop protocol that answers a constant kilobyte."
    ),
    rows=(
        Row(name="server: unstreamed request p50", unit="ms", goal=0.5, reference="bare uvloop protocol"),
        Row(name="server: unstreamed request p99", unit="ms", reference="bare uvloop protocol"),
    ),
    measure=_measure,
)
