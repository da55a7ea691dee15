"""A client that does nothing but read: epoll, one buffer, a count of blank lines. A process of its own, on one core.

It opens `streams` streams at seeded random instants of the ramp, lets them settle, and watches a window: when each
token of each stream arrived, and how much CPU the server used meanwhile. The result goes to stdout as JSON.
"""

import argparse
import json
import os
import random
import select
import socket
import sys
import time
import urllib.request
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

BUFFER_BYTES: Final = 1 << 16
QUANTILES: Final = {"p50": 0.5, "p99": 0.99, "p999": 0.999}


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of the server, and how long it is watched. `journal`: whether it keeps one that can be asked."""

    host: str
    port: int
    server_pid: int
    journal: bool
    streams: int
    ttft_s: float
    itl_s: float
    ramp_s: float
    settle_s: float
    window_s: float

    @property
    def tokens(self) -> int:
        """Enough that the first stream still plays when the window ends."""
        return round((self.ramp_s + self.settle_s + self.window_s + 1) / self.itl_s)


@dataclass(slots=True)
class Stream:
    """An open stream. `arrivals_s` holds, for each token k of the window, its arrival - k x ITL (monotonic seconds)."""

    id: str
    socket: socket.socket
    sent_at: float
    events: int = 0
    arrivals_s: "array[float]" = field(default_factory=lambda: array("d"))


def open_stream(load: Load, number: int) -> Stream:
    """Connect and ask; every stream asks something else."""
    body = {
        "model": "gpt-4o-mini",
        "stream": True,
        "stream_options": {"include_obfuscation": False},
        "max_tokens": load.tokens,
        "messages": [{"role": "user", "content": f"Tell me about deployment number {number}."}],
    }
    content = json.dumps(body).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {load.host}:{load.port}\r\nAuthorization: Bearer sk-bench\r\n"
        f"X-Client-Request-Id: {number}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    connection = socket.create_connection((load.host, load.port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setblocking(False)
    sent_at = time.monotonic()
    connection.send(head.encode() + content)
    return Stream(str(number), connection, sent_at)


def watch(load: Load) -> dict[str, object]:
    """Run the load. The figures of the window."""
    rng = random.Random(1)
    begin = time.monotonic()
    starts = sorted((begin + rng.random() * load.ramp_s for _ in range(load.streams)), reverse=True)
    opens = begin + load.ramp_s + load.settle_s
    closes = opens + load.window_s
    streams: dict[int, Stream] = {}
    poll = select.epoll()
    cpu_before: float | None = None
    stolen_before = 0.0
    reads = 0
    while (now := time.monotonic()) < closes:
        while starts and starts[-1] <= now:
            starts.pop()
            stream = open_stream(load, load.streams - len(starts))
            streams[stream.socket.fileno()] = stream
            poll.register(stream.socket, select.EPOLLIN)
        if cpu_before is None and now >= opens:
            cpu_before, stolen_before = cpu_s(load.server_pid), stolen_s()
        ready = poll.poll(0, 256)
        read(ready, streams, load.itl_s, watched=cpu_before is not None)
        reads += len(ready) if cpu_before is not None else 0
    cpu = cpu_s(load.server_pid) - (cpu_before or 0.0)
    window_s = time.monotonic() - opens
    stolen = (stolen_s() - stolen_before) / window_s / (os.cpu_count() or 1)
    return figures(load, list(streams.values()), cpu, window_s) | {"reads": reads, "stolen": stolen}


def read(ready: Sequence[tuple[int, int]], streams: Mapping[int, Stream], itl_s: float, *, watched: bool) -> None:
    """Read each ready socket once, and note when its tokens came. Event 0 is the role, event k + 1 token k."""
    buffer = bytearray(BUFFER_BYTES)
    for fd, _ in ready:
        stream = streams[fd]
        size = stream.socket.recv_into(buffer)
        at = time.monotonic()
        if not size:
            sys.exit("a stream was closed by the server")
        before = stream.events
        stream.events = before + buffer.count(b"\n\n", 0, size)
        if watched:
            stream.arrivals_s.extend([at - (event - 1) * itl_s for event in range(before, stream.events)])


def figures(load: Load, streams: Sequence[Stream], cpu: float, window_s: float) -> dict[str, object]:
    """The window in numbers."""
    sent = {stream.id: stream.sent_at for stream in streams}
    received = received_at(load) if load.journal else sent
    events = sum(len(stream.arrivals_s) for stream in streams)
    if not events:
        sys.exit("no token came in the window")
    return {
        "events": events,
        "events_per_s": events / window_s,
        "cpu_us_per_event": cpu / events * 1e6,
        "since_received_ms": lateness_ms(streams, received, load.ttft_s),
        "since_sent_ms": lateness_ms(streams, sent, load.ttft_s),
    }


def lateness_ms(streams: Sequence[Stream], t0: Mapping[str, float], ttft_s: float) -> dict[str, float]:
    """How late tokens were against t0 + TTFT + k x ITL."""
    late = sorted(at - t0[stream.id] - ttft_s for stream in streams for at in stream.arrivals_s)
    quantiles = {name: late[int(len(late) * q)] * 1e3 for name, q in QUANTILES.items()}
    return {"min": late[0] * 1e3, **quantiles, "max": late[-1] * 1e3}


def received_at(load: Load) -> dict[str, float]:
    """When the last byte of each request reached the server, in monotonic seconds, by the server's own journal."""
    epoch_s = time.time() - time.monotonic()
    url = f"http://{load.host}:{load.port}/_mock/requests?limit={load.streams}"
    with urllib.request.urlopen(url) as answer:
        entries = json.load(answer)["requests"]
    return {entry["client_id"]: entry["received_at"] - epoch_s for entry in entries}


def cpu_s(pid: int) -> float:
    """User and system CPU seconds of a process (fields 14 and 15 of its stat file)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stolen_s() -> float:
    """CPU seconds that the hypervisor has given to other machines while this one wanted them, all cores together."""
    return int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8]) / os.sysconf("SC_CLK_TCK")


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
