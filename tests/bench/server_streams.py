"""The mock server under 1,000 constant streams, seen by the raw client; and what the sockets alone cost here."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from .processes import cores, served
from .rows import Measurement, Row

STREAMS: Final = 1000
TTFT_S: Final = 0.2
ITL_S: Final = 0.02
RAMP_S: Final = 6.0
SETTLE_S: Final = 2.0
WINDOW_S: Final = 6.0

_BIN: Final = Path(sys.executable).parent
_HERE: Final = Path(__file__).parent
SERVER: Final = (
    *(str(_BIN / "mockserver"), "serve", "--port", "0", "--latency", "constant"),
    *("--ttft-ms", f"{TTFT_S * 1e3:g}", "--itl-ms", f"{ITL_S * 1e3:g}", "--reply-tokens", "fill"),
)
_LOAD: Final = (
    f"{STREAMS:,} streams at {1 / ITL_S:g} events/s, opened within {RAMP_S:g} s, watched for {WINDOW_S:g} s from "
    f"{SETTLE_S:g} s later on"
)


def constant_streams() -> Measurement:
    """CPU per event and schedule error of `mockserver serve`."""
    seen = _watched(SERVER, journal=True)
    return Measurement(
        f"mockserver: {_LOAD}; 280 bytes an event (no obfuscation); server pinned to one core, a client that polls "
        "without sleeping to another. CPU: user and system time of the server. Schedule error: arrival of a token "
        "at the client - (request received, by the server's journal + TTFT + k x ITL).",
        (
            Row("CPU per event", seen["cpu_us_per_event"], "us", goal=9),
            Row("schedule error p99", seen["since_received_ms"]["p99"], "ms", goal=10),
            Row("schedule error p50", seen["since_received_ms"]["p50"], "ms"),
            *_orientation(seen),
        ),
    )


def socket_floor() -> Measurement:
    """The same load served by constant bytes from a bare uvloop protocol: what no server here can go below."""
    seen = _watched((sys.executable, "-m", "tests.bench.bare_server", str(ITL_S), str(TTFT_S)), journal=False)
    return Measurement(
        "the floor on this machine now: the same load, client, timer and grid; constant bytes, no HTTP, no ASGI",
        (Row("CPU per event", seen["cpu_us_per_event"], "us"), *_orientation(seen)),
    )


def _orientation(seen: dict[str, Any]) -> Sequence[Row]:
    return (
        Row("the same from the request being sent (holds the ramp) p99", seen["since_sent_ms"]["p99"], "ms"),
        Row("events per second", seen["events_per_s"], ""),
        Row("events per read", seen["events"] / seen["reads"], ""),
        Row("CPU time stolen by the hypervisor meanwhile", seen["stolen"] * 100, "%"),
    )


def _watched(command: Sequence[str], *, journal: bool) -> dict[str, Any]:
    """What the raw client saw of the server that `command` starts."""
    server_core, client_core = cores()
    with served(command, server_core) as (pid, url):
        load = {
            **{"host": url.hostname, "port": url.port, "server_pid": pid, "streams": STREAMS, "ttft_s": TTFT_S},
            **{"journal": journal, "itl_s": ITL_S, "ramp_s": RAMP_S, "settle_s": SETTLE_S, "window_s": WINDOW_S},
        }
        client = [sys.executable, str(_HERE / "raw_client.py"), json.dumps(load), "--core", str(client_core)]
        seen: dict[str, Any] = json.loads(subprocess.check_output(client))
        return seen
