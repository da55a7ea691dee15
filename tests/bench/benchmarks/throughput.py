"""How many unstreamed requests one core of the server answers, and what each costs it."""

import json
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from typing import Final, NamedTuple

from ..rig.asking import connected
from ..rig.echo_server import echo_command
from ..rig.processes import MOCKSERVER, cores, cpu_s, pinned, served
from ..row import Benchmark, Row, Sample

_FLAGS: Final = (MOCKSERVER, "serve", "--port", "0", "--latency", "instant", "--reply-tokens", "60", "--limits")
SERVER: Final = (*_FLAGS, str(Path(__file__).with_name("limits.toml")))
STRIKING: Final = (*SERVER, "--faults", str(Path(__file__).with_name("rules.toml")))
REFUSING: Final = (*_FLAGS, str(Path(__file__).with_name("exhausted.toml")))
CONNECTIONS: Final = 16
QUESTION: Final = (
    "Please explain in a few sentences why the export of a monthly report can fail after the account settings were "
    "changed, and what a customer has to do"
)
"""34 tokens with the number behind it, 40 with what stands around a message."""


class Load(NamedTuple):
    """Requests per second, and CPU microseconds of the server for one."""

    per_s: float
    cpu_us: float


def _measure(quick: bool) -> Sequence[Sample]:
    requests = 200 if quick else 20_000
    floor = _load(echo_command(), cycle([_request(0)]), requests)
    same = _load(SERVER, cycle([_request(0)]), requests)
    fresh = _load(SERVER, map(_request, range(10**9)), requests)
    ruled = _load(STRIKING, cycle([_request(0)]), requests)
    refused = _load(REFUSING, cycle([_request(0)]), requests, status=b"429")
    return (
        Sample(same.per_s, floor.per_s),
        Sample(same.cpu_us, floor.cpu_us),
        Sample(fresh.cpu_us, floor.cpu_us),
        Sample(ruled.cpu_us, same.cpu_us),
        Sample(refused.cpu_us, same.cpu_us),
    )


def _load(command: Sequence[str], asked: Iterator[bytes], requests: int, *, status: bytes = b"200") -> Load:
    """Keep every connection busy until all requests are answered; what comes first warms up and is not counted."""
    warm_up = max(20, requests // 10)
    server_core, client_core = cores()
    with served(command, server_core) as (pid, url), ExitStack() as stack, pinned(client_core):
        connections = [stack.enter_context(connected(url)) for _ in range(CONNECTIONS)]
        prepared = list(islice(asked, warm_up + requests))
        _ask_all(connections, prepared[:warm_up], status)
        begin_s, before_s = time.perf_counter(), cpu_s(pid)
        _ask_all(connections, prepared[warm_up:], status)
        took_s, cpu = time.perf_counter() - begin_s, cpu_s(pid) - before_s
    return Load(requests / took_s, cpu / requests * 1e6)


def _request(number: int) -> bytes:
    content = json.dumps(
        {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": f"{QUESTION} {number}."}]}
    ).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer sk-bench\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def _ask_all(connections: Sequence[socket.socket], asked: Sequence[bytes], status: bytes) -> None:
    """Each connection asks again as soon as its answer is whole."""
    coming = iter(asked)
    with selectors.DefaultSelector() as selector:
        open_answers: dict[socket.socket, bytes] = {}
        for connection, content in zip(connections, coming, strict=False):
            connection.sendall(content)
            open_answers[connection] = b""
            selector.register(connection, selectors.EVENT_READ, connection)
        while open_answers:
            for key, _ in selector.select():
                connection = key.data
                received = open_answers[connection] + connection.recv(1 << 16)
                if not _whole(received):
                    open_answers[connection] = received
                    continue
                assert received.startswith(b"HTTP/1.1 " + status)
                following = next(coming, None)
                if following is None:
                    del open_answers[connection]
                    selector.unregister(connection)
                else:
                    open_answers[connection] = b""
                    connection.sendall(following)


def _whole(received: bytes) -> bool:
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = received[:end].lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return len(received) >= end + 4 + int(length)


THROUGHPUT: Final = Benchmark(
    name="throughput",
    method=(
        f"20,000 unstreamed requests of a 40-token prompt for 60 tokens over {CONNECTIONS} connections to `mockserver "
        "serve --latency instant` with limits that are judged and never reached; server and client on a core each. The "
        "same question every time, another every time, the same with rules of faults on, and one that the limits never "
        "let pass. Reference: a bare Starlette app on the same uvicorn that answers a constant kilobyte."
    ),
    rows=(
        Row(
            name="server: unstreamed requests on one core",
            unit="/s",
            goal=7000,
            reference="bare Starlette",
            better="more",
        ),
        Row(name="server: unstreamed request, asked before, CPU", unit="us", reference="bare Starlette"),
        Row(name="server: unstreamed request, another question, CPU", unit="us", reference="bare Starlette"),
        Row(
            name="server: request with six rules of faults, none of which strikes, CPU",
            unit="us",
            reference="the same request without rules",
        ),
        Row(name="server: request refused by the limits, CPU", unit="us", reference="the same request, admitted"),
    ),
    measure=_measure,
)
