"""The mock server under many streams, seen by the raw client; and what the sockets alone cost here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ..rig.bare_server import bare_command
from ..rig.generator_server import generator_command
from ..rig.processes import MOCKSERVER, cores
from ..rig.sending import us_per_send
from ..rig.watched import Crowd, watched
from ..row import Benchmark, Row, Sample

TTFT_S: Final = 0.2
ITL_S: Final = 0.02
CONSTANT: Final = (
    *(MOCKSERVER, "serve", "--port", "0", "--latency", "constant"),
    *("--ttft-ms", f"{TTFT_S * 1e3:g}", "--itl-ms", f"{ITL_S * 1e3:g}", "--reply-tokens", "fill"),
)
BARE: Final = bare_command(ttft_s=TTFT_S, itl_s=ITL_S)
SMALL: Final = Crowd(streams=20, ttft_s=TTFT_S, itl_s=ITL_S, ramp_s=0.2, settle_s=0.4, window_s=0.5)

_FLOOR: Final = "bare uvloop protocol, constant bytes"


def crowd(streams: int) -> Crowd:
    """So many streams of the constant profile."""
    return Crowd(streams=streams, ttft_s=TTFT_S, itl_s=ITL_S, ramp_s=6.0, settle_s=2.0, window_s=6.0)


def _measure_events(quick: bool) -> Sequence[Sample]:
    size = SMALL if quick else crowd(1_000)
    ours, floor = watched(CONSTANT, size), watched(BARE, size)
    obfuscated = watched(CONSTANT, replace(size, obfuscated=True))
    plain = watched(generator_command(ttft_s=TTFT_S, itl_s=ITL_S), size)
    us, late_ms = ours["server_us_per_token"], ours["late_ms"]
    send_us = us_per_send(*cores())
    return (
        Sample(us, floor["server_us_per_token"]),
        Sample(obfuscated["server_us_per_token"], us),
        Sample(floor["server_us_per_token"], send_us),
        Sample(us_per_send(*cores(), connections=size.streams), send_us),
        Sample(plain["server_us_per_token"], us),
        Sample(late_ms["p50"], floor["late_ms"]["p50"]),
        Sample(late_ms["p99"], floor["late_ms"]["p99"]),
        Sample(plain["late_ms"]["p99"], late_ms["p99"]),
        Sample(ours["early_ms"]),
    )


def _measure_lateness(streams: int, quick: bool) -> Sequence[Sample]:
    size = SMALL if quick else crowd(streams)
    ours, floor = watched(CONSTANT, size), watched(BARE, size)
    return (
        Sample(ours["late_ms"]["p99"], floor["late_ms"]["p99"]),
        Sample(ours["server_us_per_token"], floor["server_us_per_token"]),
    )


SERVER_EVENTS: Final = Benchmark(
    name="server-events",
    method=(
        f"`mockserver serve --latency constant`: 1,000 streams at {1 / ITL_S:g} events/s of 280 bytes (no "
        "obfuscation; 321 or 337 with it) opened within 6 s, watched for 6 s from 2 s later on. Server on one "
        "core, a raw client that never sleeps on another. CPU: user and system time of the server per token. "
        "Schedule error: arrival of a token - (request received, by the server's journal + TTFT + k x ITL); the "
        "most by which one came before that is the last row. Floor: the same load, client, timer and pacer; "
        "constant bytes, no HTTP, no ASGI. Its own floor: 50,000 times `socket.send` of 280 bytes on one "
        "connection, and on as many as there are streams, while the other core reads them. Generator: "
        "`EventSourceResponse` of constant events, each of them sleeping for its ITL, on the same uvicorn."
    ),
    rows=(
        Row(name="server: CPU per event", unit="us", goal=7.5, reference=_FLOOR),
        Row(name="server: CPU per event, obfuscated", unit="us", reference="without obfuscation"),
        Row(name="bare uvloop protocol: CPU per event", unit="us", reference="a send from Python"),
        Row(name="a send to each of 1,000 connections in turn: CPU", unit="us", reference="on one connection"),
        Row(name="sse-starlette and a generator: CPU per event", unit="us", reference="the server"),
        Row(name="server: schedule error p50", unit="ms", reference=_FLOOR),
        Row(name="server: schedule error p99", unit="ms", goal=3, reference=_FLOOR),
        Row(name="sse-starlette and a generator: schedule error p99", unit="ms", reference="the server"),
        Row(name="server: earliest token, before it was due", unit="ms", goal=0.1),
    ),
    measure=_measure_events,
)

SERVER_300: Final = Benchmark(
    name="server-300",
    method=(
        "The same with 300 streams, which leaves the core some air on slow machines too: what the pacer does when "
        "it is not the core that makes tokens late."
    ),
    rows=(
        Row(name="server, 300 streams: schedule error p99", unit="ms", goal=3, reference=_FLOOR),
        Row(name="server, 300 streams: CPU per event", unit="us", reference=_FLOOR),
    ),
    measure=lambda quick: _measure_lateness(300, quick),
)

SERVER_2000: Final = Benchmark(
    name="server-2000",
    method="The same with 2,000 streams, 100,000 events/s.",
    rows=(
        Row(name="server, 2,000 streams: schedule error p99", unit="ms", goal=10, reference=_FLOOR),
        Row(name="server, 2,000 streams: CPU per event", unit="us", reference=_FLOOR),
    ),
    measure=lambda quick: _measure_lateness(2_000, quick),
)
