"""The mock server with the rhythm of real models, with an engine, and with very many streams that hardly move."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..rig.bare_server import bare_command
from ..rig.processes import MOCKSERVER
from ..rig.watched import Crowd, watched
from ..row import Benchmark, Row, Sample
from .server_events import CONSTANT, SMALL, crowd

HOSTED: Final = (MOCKSERVER, "serve", "--port", "0", "--latency", "hosted", "--reply-tokens", "fill")
_HOSTED_STREAMS: Final = 1_000
_LONG: Final = 4_000
"""Tokens of a reply that no stream comes to the end of."""

_ENGINE: Final = Path(__file__).with_name("engine.toml")
ENGINE: Final = (MOCKSERVER, "serve", "--port", "0", "--latency", str(_ENGINE))
_ENGINE_STREAMS: Final = 500

_SLOW_STREAMS: Final = 10_000
_SLOW_ITL_S: Final = 5.0
_SLOW_TTFT_S: Final = 0.2
SLOW: Final = (
    *(MOCKSERVER, "serve", "--port", "0", "--latency", "constant"),
    *("--ttft-ms", f"{_SLOW_TTFT_S * 1e3:g}", "--itl-ms", f"{_SLOW_ITL_S * 1e3:g}", "--reply-tokens", "fill"),
)


def _measure_hosted(quick: bool) -> Sequence[Sample]:
    size = SMALL if quick else crowd(_HOSTED_STREAMS)
    hosted = Crowd(
        streams=size.streams,
        ttft_s=0.0,
        itl_s=size.itl_s,
        ramp_s=size.ramp_s,
        settle_s=2.0,
        window_s=size.window_s,
        tokens=_LONG,
    )
    ours, constant = watched(HOSTED, hosted), watched(CONSTANT, size)
    return (Sample(ours["server_us_per_token"], constant["server_us_per_token"]),)


def _measure_engine(quick: bool) -> Sequence[Sample]:
    size = SMALL if quick else crowd(_ENGINE_STREAMS)
    ours, constant = watched(ENGINE, size), watched(CONSTANT, size)
    return (Sample(ours["server_us_per_token"], constant["server_us_per_token"]),)


def _measure_slow(quick: bool) -> Sequence[Sample]:
    size = Crowd(
        streams=50 if quick else _SLOW_STREAMS,
        ttft_s=_SLOW_TTFT_S,
        itl_s=_SLOW_ITL_S,
        ramp_s=0.5 if quick else 25.0,
        settle_s=0.5 if quick else 3.0,
        window_s=6.0 if quick else 12.0,
        tokens=100,
    )
    ours, floor = watched(SLOW, size), watched(bare_command(ttft_s=_SLOW_TTFT_S, itl_s=_SLOW_ITL_S), size)
    return (
        Sample(ours["server_kib_per_stream"], floor["server_kib_per_stream"]),
        Sample(ours["late_ms"]["p99"], floor["late_ms"]["p99"]),
    )


SERVER_HOSTED: Final = Benchmark(
    name="server-hosted",
    method=(
        f"`mockserver serve --latency hosted`: {_HOSTED_STREAMS:,} streams in the bursts of `gpt-4o-mini`, watched by "
        "the same client in the same way. CPU of the server per token. Reference: the constant profile with as "
        "many streams, in which every token goes alone."
    ),
    rows=(Row(name="server, hosted: CPU per token", unit="us", goal=5, reference="one token at a time"),),
    measure=_measure_hosted,
)

SERVER_ENGINE: Final = Benchmark(
    name="server-engine",
    method=(
        f"{_ENGINE_STREAMS} streams in one continuously batching engine (`[engine]`) with a seat for each, a token "
        "each 20 ms, watched by the same client in the same way: the tokens of an iteration are due at one instant. "
        "CPU of the server per token. Reference: the constant profile with as many streams."
    ),
    rows=(Row(name="server, engine: CPU per token", unit="us", reference="the constant profile"),),
    measure=_measure_engine,
)

SLOW_STREAMS: Final = Benchmark(
    name="slow-streams",
    method=(
        f"{_SLOW_STREAMS:,} streams of 100 tokens, one each {_SLOW_ITL_S:g} s and each with a question of its own, "
        "opened within 25 s, watched for 12 s from 3 s later on. Memory: what the server's resident size has grown "
        "by since before the first request, by the number of streams: connections, replies, what is remembered of "
        "them, and journal. A stream that ends or breaks ends the benchmark. Floor: the bare uvloop protocol, with "
        "as many connections."
    ),
    rows=(
        Row(name="server, 10,000 slow streams: memory of each", unit="KiB", goal=20, reference="bare uvloop protocol"),
        Row(name="server, 10,000 slow streams: schedule error p99", unit="ms", reference="bare uvloop protocol"),
    ),
    measure=_measure_slow,
    repeats=1,
)
