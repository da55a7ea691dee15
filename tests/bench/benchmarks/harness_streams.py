"""The harness with many streams at once: how far its TTFT and ITL are from the truth, and what an event costs it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any, Final, NamedTuple

from profiles.record import Record

from ..rig.asking import journal
from ..rig.loads import Driven, Scale, Window, harness, plain_locust, tokens_within
from ..rig.processes import cores, served
from ..rig.raw_client import Load, quantile, seen_by_raw_client
from ..rig.truthful_server import truthful_command
from ..row import Benchmark, Row, Sample
from .server_events import ITL_S, TTFT_S

WORKLOAD: Final = Path(__file__).parent / "streams.toml"
TOKENS: Final = 100
PAUSE_S: Final = 0.2
STREAM_S: Final = TTFT_S + (TOKENS - 1) * ITL_S
SERVER: Final = truthful_command(ttft_s=TTFT_S, itl_s=ITL_S, tokens=TOKENS)


def scale(streams: int) -> Scale:
    """So many streams open at once: a user pauses for a part of the time."""
    return Scale(round(streams * (STREAM_S + PAUSE_S) / STREAM_S), ramp_s=6.0, settles_s=3.0, window_s=8.0)


SMALL: Final = Scale(4, ramp_s=1.0, settles_s=1.0, window_s=4.0)


class Seen(NamedTuple):
    """Errors in ms of what was sent in the window, the ITL's mean error in percent, CPU microseconds per event."""

    ttft_ms: Sequence[float]
    itl_percent: float
    us_per_event: float


def _measure_many(streams: int, quick: bool) -> tuple[Seen, dict[str, Any]]:
    server_core, client_core = cores()
    size = SMALL if quick else scale(streams)
    with served(SERVER, server_core) as (_, url):
        seen = _seen(harness(url.geturl(), WORKLOAD, size, client_core), _truth(url.geturl()))
    with served(SERVER, server_core) as (pid, url):
        raw = _by_raw_client(url.geturl(), pid, size, client_core)
    return seen, raw


def _truth(url: str) -> Mapping[str, Any]:
    return {entry["client_id"]: entry for entry in journal(url) if "client_id" in entry}


def _seen(driven: Driven, truth: Mapping[str, Any]) -> Seen:
    records, window = driven
    sent = [record for record in records if record.outcome == "complete" and _inside(record, window)]
    return Seen(
        ttft_ms=[_ttft_error_ms(record.first_token_ms, truth[record.id]) for record in sent],
        itl_percent=100 * abs(fmean(_itl_error(record, truth[record.id]) for record in sent)),
        us_per_event=window.cpu_s / max(tokens_within(records, window), 1.0) * 1e6,
    )


def _inside(record: Record, window: Window) -> bool:
    return record.sent_at is not None and window.opened_at <= record.sent_at <= window.closed_at - STREAM_S / 2


def _ttft_error_ms(ttft_ms: float | None, entry: Mapping[str, Any]) -> float:
    true_ms: float = (entry["first_token_at"] - entry["received_at"]) * 1e3
    return (ttft_ms or 0.0) - true_ms


def _itl_error(record: Record, entry: Mapping[str, Any]) -> float:
    there_ms: float = (entry["last_token_at"] - entry["first_token_at"]) * 1e3
    return ((record.last_token_ms or 0.0) - (record.first_token_ms or 0.0)) / there_ms - 1 if there_ms else 0.0


def _by_raw_client(url: str, server_pid: int, size: Scale, core: int) -> dict[str, Any]:
    """The raw client with as many streams a second, of which as many are open at once."""
    ramp_s = STREAM_S + size.window_s / 2
    load = Load(
        url=url,
        server_pid=server_pid,
        streams=round(size.users / (STREAM_S + PAUSE_S) * ramp_s),
        tokens=TOKENS,
        itl_s=ITL_S,
        ttft_s=TTFT_S,
        ramp_s=ramp_s,
        opens_s=STREAM_S,
        closes_s=ramp_s + 0.5,
        spins=False,
    )
    return seen_by_raw_client(load, core)


def _measure_200(quick: bool) -> Sequence[Sample]:
    seen, raw = _measure_many(200, quick)
    fast, requests = (_by_plain_locust(task, quick) for task in ("fast", "requests"))
    return (
        *(Sample(quantile(seen.ttft_ms, q), quantile(raw["ttft_error_ms"], q)) for q in (0.5, 0.99)),
        *(Sample(quantile(errors, 0.5), quantile(seen.ttft_ms, 0.5)) for errors in (fast, requests)),
        *(Sample(quantile(errors, 0.99), quantile(seen.ttft_ms, 0.99)) for errors in (fast, requests)),
    )


def _by_plain_locust(task: str, quick: bool) -> list[float]:
    """TTFT errors of plain Locust, ms."""
    server_core, client_core = cores()
    size = replace(SMALL if quick else scale(200))
    with served(SERVER, server_core) as (_, url):
        seen, window = plain_locust(url.geturl(), task, size, client_core)
        truth = _truth(url.geturl())
    return [
        _ttft_error_ms(one.ttft_ms, truth[one.name])
        for one in seen
        if one.ttft_ms is not None and one.name in truth and window.opened_at <= one.sent_at <= window.closed_at
    ]


def _measure_in_full(streams: int, quick: bool) -> Sequence[Sample]:
    seen, raw = _measure_many(streams, quick)
    return (
        Sample(quantile(seen.ttft_ms, 0.99), quantile(raw["ttft_error_ms"], 0.99)),
        Sample(seen.itl_percent),
        Sample(seen.us_per_event, raw["own_us_per_token"]),
    )


def _measure_2000(quick: bool) -> Sequence[Sample]:
    seen, raw = _measure_many(2000, quick)
    return (
        Sample(quantile(seen.ttft_ms, 0.99), quantile(raw["ttft_error_ms"], 0.99)),
        Sample(seen.us_per_event, raw["own_us_per_token"]),
    )


_RAW: Final = "raw client, the same streams"
_OURS: Final = "the harness"
_METHOD: Final = (
    f"streams of {TOKENS} tokens, TTFT {TTFT_S * 1e3:g} ms, ITL {ITL_S * 1e3:g} ms, from a server on plain sockets "
    "that does nothing else and notes when it writes (a core of its own, never asleep); what is sent in a window of "
    "steady load counts. TTFT error: first token - sent, minus the server's own, first token written - request "
    "received. "
)

HARNESS_STREAMS: Final = Benchmark(
    name="harness-streams",
    method=(
        f"`harness run` with 218 users, about 200 {_METHOD}Beside it plain Locust with as many users, reading with "
        "`FastHttpUser.iter_lines` and `requests`' `iter_lines`, its TTFT by the application's clock. Reference of the "
        "first rows: a raw client (epoll, sleeping when idle) with as many streams, each on a new connection."
    ),
    rows=(
        Row(name="harness, 200 streams: TTFT error p50", unit="ms", goal=0.5, reference=_RAW),
        Row(name="harness, 200 streams: TTFT error p99", unit="ms", goal=3, reference=_RAW),
        Row(name="plain Locust, FastHttpUser.iter_lines: TTFT error p50", unit="ms", reference=_OURS),
        Row(name="plain Locust, HttpUser and iter_lines: TTFT error p50", unit="ms", reference=_OURS),
        Row(name="plain Locust, FastHttpUser.iter_lines: TTFT error p99", unit="ms", reference=_OURS),
        Row(name="plain Locust, HttpUser and iter_lines: TTFT error p99", unit="ms", reference=_OURS),
    ),
    measure=_measure_200,
    repeats=2,
)

HARNESS_500: Final = Benchmark(
    name="harness-500",
    method=(
        f"The same with 546 users, about 500 {_METHOD}On a machine whose core 1,000 streams fill, this is what the "
        "harness does where they do not."
    ),
    rows=(
        Row(name="harness, 500 streams: TTFT error p99", unit="ms", goal=5, reference=_RAW),
        Row(name="harness, 500 streams: ITL mean error", unit="%", goal=1),
        Row(name="harness, 500 streams: CPU per event", unit="us", reference=_RAW),
    ),
    measure=lambda quick: _measure_in_full(500, quick),
    repeats=2,
)

HARNESS_1000: Final = Benchmark(
    name="harness-1000",
    method=(
        f"The same with 1,092 users, about 1,000 {_METHOD}CPU per event: of the harness's processes in the window, "
        "records, histograms and progress included, divided by the tokens that came."
    ),
    rows=(
        Row(name="harness, 1,000 streams: TTFT error p99", unit="ms", goal=5, reference=_RAW),
        Row(name="harness, 1,000 streams: ITL mean error", unit="%", goal=1),
        Row(name="harness, 1,000 streams: CPU per event", unit="us", goal=14, reference=_RAW),
    ),
    measure=lambda quick: _measure_in_full(1_000, quick),
    repeats=2,
)

HARNESS_2000: Final = Benchmark(
    name="harness-2000",
    method=f"The same with 2,183 users, about 2,000 {_METHOD}".strip(),
    rows=(
        Row(name="harness, 2,000 streams: TTFT error p99", unit="ms", goal=10, reference=_RAW),
        Row(name="harness, 2,000 streams: CPU per event", unit="us", goal=10, reference=_RAW),
    ),
    measure=_measure_2000,
    repeats=2,
)
