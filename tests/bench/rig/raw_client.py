"""A client that does nothing but read: epoll, one buffer, a count of blank lines. A process of its own, on one core.

It opens `streams` streams at seeded random instants of the ramp and closes each after its last token. It watches a
window of time: when the tokens of each stream arrived, and how much CPU the server and itself used meanwhile. The
result goes to stdout as JSON.
"""

import argparse
import dataclasses
import json
import math
import os
import random
import select
import socket
import subprocess
import sys
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from .asking import connected, journal, request
from .processes import cpu_s, memory_kib

BUFFER_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of the server, and how long it is watched: from `opens_s` to `closes_s` after the first stream.

    A client that `spins` never sleeps: waking it is then not charged to the server. `tokens` is the length of a stream.
    `itl_s` is the time between two tokens, as far as there is one; lateness means nothing without.
    """

    url: str
    server_pid: int
    streams: int
    tokens: int
    itl_s: float
    ttft_s: float
    ramp_s: float
    opens_s: float
    closes_s: float
    spins: bool
    obfuscated: bool = False


@dataclass(slots=True)
class Stream:
    """An open stream. `arrivals_s` holds, for each token k of the window, its arrival - k x ITL (monotonic seconds)."""

    number: int
    socket: socket.socket
    sent_at: float
    events: int = 0
    first_token_at: float | None = None
    arrivals_s: "array[float]" = field(default_factory=lambda: array("d"))


class Client:
    """The streams of a load, those that are open by their descriptor."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._url: SplitResult = urlsplit(load.url)
        self._poll = select.epoll()
        self._buffer = bytearray(BUFFER_BYTES)
        self._open: dict[int, Stream] = {}
        self.streams: list[Stream] = []
        self.watching = False

    def open(self) -> None:
        """Connect and ask."""
        number = len(self.streams) + 1
        connection = connected(self._url)
        content = request(
            self._url.netloc, number, stream=True, tokens=self._load.tokens, obfuscated=self._load.obfuscated
        )
        stream = Stream(number, connection, time.monotonic())
        connection.setblocking(False)
        connection.send(content)
        self._poll.register(connection, select.EPOLLIN)
        self._open[connection.fileno()] = stream
        self.streams.append(stream)

    def read(self, wait_s: float) -> None:
        """Read each ready socket once; waits for one at most `wait_s`."""
        for fd, _ in self._poll.poll(wait_s, 256):
            self._read(self._open[fd])

    def _read(self, stream: Stream) -> None:
        """Note when tokens came. Event 0 is the role, event k + 1 token k."""
        size = stream.socket.recv_into(self._buffer)
        at = time.monotonic()
        if not size:
            sys.exit("a stream was closed by the server")
        before = stream.events
        stream.events = before + self._buffer.count(b"\n\n", 0, size)
        if stream.first_token_at is None and stream.events > 1:
            stream.first_token_at = at
        if self.watching:
            stream.arrivals_s.extend([at - (event - 1) * self._load.itl_s for event in range(before, stream.events)])
        if stream.events > self._load.tokens:
            del self._open[stream.socket.fileno()]
            stream.socket.close()


def watch(load: Load) -> dict[str, Any]:
    """Run the load. The figures of the window."""
    client = Client(load)
    before_kib = memory_kib(load.server_pid)
    begin = time.monotonic()
    rng = random.Random(1)
    starts = sorted((begin + rng.random() * load.ramp_s for _ in range(load.streams)), reverse=True)
    opens, closes = begin + load.opens_s, begin + load.closes_s
    server_cpu_s = own_cpu_s = 0.0
    while (now := time.monotonic()) < closes:
        while starts and starts[-1] <= now:
            starts.pop()
            client.open()
        if not client.watching and now >= opens:
            client.watching = True
            server_cpu_s, own_cpu_s = cpu_s(load.server_pid), time.process_time()
        next_at = min(starts[-1] if starts else closes, closes if client.watching else opens)
        client.read(0.0 if load.spins else max(next_at - now, 0.0))
    server_cpu_s = cpu_s(load.server_pid) - server_cpu_s
    own_cpu_s = time.process_time() - own_cpu_s
    grown_kib = memory_kib(load.server_pid) - before_kib
    return {
        **figures(load, client.streams, opens, server_cpu_s, own_cpu_s),
        "server_kib_per_stream": grown_kib / load.streams,
    }


def figures(
    load: Load, streams: Sequence[Stream], opens: float, server_cpu_s: float, own_cpu_s: float
) -> dict[str, Any]:
    """The window in numbers: CPU per token, and the lateness of tokens and of first tokens in ms, sorted.

    A token is late against (request received, by the server's journal) + TTFT + k x ITL; of a first token it is
    TTFT error, arrival - sent - (first token written - received), of streams that were opened in the window.
    """
    tokens = sum(len(stream.arrivals_s) for stream in streams)
    if not tokens:
        sys.exit("no token came in the window")
    epoch_s = time.time() - time.monotonic()
    entries = {int(entry["client_id"]): entry for entry in journal(load.url) if "client_id" in entry}
    late_ms, ttft_error_ms = [], []
    for stream in streams:
        entry = entries[stream.number]
        due = entry["received_at"] - epoch_s + load.ttft_s
        late_ms += [(at - due) * 1e3 for at in stream.arrivals_s]
        if stream.sent_at >= opens and stream.first_token_at is not None and "first_token_at" in entry:
            served_s = entry["first_token_at"] - entry["received_at"]
            ttft_error_ms.append((stream.first_token_at - stream.sent_at - served_s) * 1e3)
    return {
        "server_us_per_token": server_cpu_s / tokens * 1e6,
        "own_us_per_token": own_cpu_s / tokens * 1e6,
        "late_ms": {name: quantile(late_ms, q) for name, q in (("p50", 0.5), ("p99", 0.99))},
        "early_ms": max(0.0, -min(late_ms)),
        "ttft_error_ms": sorted(ttft_error_ms),
    }


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile by nearest rank."""
    return sorted(values)[math.ceil(len(values) * q) - 1]


def seen_by_raw_client(load: Load, core: int) -> dict[str, Any]:
    """The figures of a load, from a process of its own on `core`."""
    command = [sys.executable, "-m", "tests.bench.rig.raw_client", json.dumps(dataclasses.asdict(load))]
    seen: dict[str, Any] = json.loads(subprocess.check_output([*command, "--core", str(core)]))
    return seen


def main() -> None:
    """Read the load from the command line, print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("load", type=json.loads)
    parser.add_argument("--core", type=int)
    options = parser.parse_args()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    print(json.dumps(watch(Load(**options.load))))


if __name__ == "__main__":
    main()
