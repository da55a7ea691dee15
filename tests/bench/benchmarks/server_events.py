"""The mock server under 1,000 constant streams, seen by the raw client; and what the sockets alone cost here."""

from collections.abc import Sequence
from typing import Any, Final

from ..rig.bare_server import bare_command
from ..rig.processes import MOCKSERVER, cores, served
from ..rig.raw_client import Load, seen_by_raw_client
from ..row import Benchmark, Row, Sample

TTFT_S: Final = 0.2
ITL_S: Final = 0.02
SERVER: Final = (
    *(MOCKSERVER, "serve", "--port", "0", "--latency", "constant"),
    *("--ttft-ms", f"{TTFT_S * 1e3:g}", "--itl-ms", f"{ITL_S * 1e3:g}", "--reply-tokens", "fill"),
)

_FLOOR: Final = "bare uvloop protocol, constant bytes"


def _measure(quick: bool) -> Sequence[Sample]:
    ours = _watched(SERVER, quick)
    floor = _watched(bare_command(ttft_s=TTFT_S, itl_s=ITL_S), quick)
    return (
        Sample(ours["server_us_per_token"], floor["server_us_per_token"]),
        Sample(ours["late_ms"]["p50"], floor["late_ms"]["p50"]),
        Sample(ours["late_ms"]["p99"], floor["late_ms"]["p99"]),
    )


def _watched(command: Sequence[str], quick: bool) -> dict[str, Any]:
    """What the raw client saw of the server that `command` starts; no stream ends before the window does."""
    streams, ramp_s, settle_s, window_s = (20, 0.2, 0.4, 0.5) if quick else (1000, 6.0, 2.0, 6.0)
    closes_s = ramp_s + settle_s + window_s
    server_core, client_core = cores()
    with served(command, server_core) as (pid, url):
        load = Load(
            url=url.geturl(),
            server_pid=pid,
            streams=streams,
            tokens=round((closes_s + 1) / ITL_S),
            itl_s=ITL_S,
            ttft_s=TTFT_S,
            ramp_s=ramp_s,
            opens_s=ramp_s + settle_s,
            closes_s=closes_s,
            spins=True,
        )
        return seen_by_raw_client(load, client_core)


SERVER_EVENTS: Final = Benchmark(
    name="server-events",
    method=(
        f"`mockserver serve --latency constant`: 1,000 streams at {1 / ITL_S:g} events/s of 280 bytes (no obfuscation) "
        "opened within 6 s, watched for 6 s from 2 s later on. Server on one core, a raw client that never sleeps on "
        "another. CPU: user and system time of the server per token. Schedule error: arrival of a token - (request "
        "received, by the server's journal + TTFT + k x ITL). Floor: the same load, client, timer and pacer; constant "
        "bytes, no HTTP, no ASGI."
    ),
    rows=(
        Row(name="server: CPU per event", unit="us", goal=9, reference=_FLOOR),
        Row(name="server: schedule error p50", unit="ms", reference=_FLOOR),
        Row(name="server: schedule error p99", unit="ms", goal=10, reference=_FLOOR),
    ),
    measure=_measure,
)
