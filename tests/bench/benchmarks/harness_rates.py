"""The harness as fast as it can, and on time: unstreamed requests per second, and lateness at 200 arrivals/s."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..rig.loads import Scale, harness, plain_locust
from ..rig.processes import cores, served
from ..rig.raw_client import quantile
from ..rig.truthful_server import truthful_command
from ..row import Benchmark, Row, Sample

WORKLOAD: Final = Path(__file__).parent / "unstreamed.toml"
SERVER: Final = truthful_command(ttft_s=0.2, itl_s=0.02, tokens=100)
FULL: Final = Scale(20, ramp_s=1.0, settles_s=1.0, window_s=8.0)
SMALL: Final = Scale(2, ramp_s=1.0, settles_s=0.5, window_s=2.0)
ARRIVALS_PER_S: Final = 200


def _measure_unstreamed(quick: bool) -> Sequence[Sample]:
    size = SMALL if quick else FULL
    server_core, client_core = cores()
    with served(SERVER, server_core) as (_, url):
        records, window = harness(url.geturl(), WORKLOAD, size, client_core)
    with served(SERVER, server_core) as (_, url):
        plain, plain_window = plain_locust(url.geturl(), "unstreamed", size, client_core)
    ours = sum(window.opened_at <= (record.sent_at or 0.0) <= window.closed_at for record in records)
    theirs = sum(plain_window.opened_at <= one.sent_at <= plain_window.closed_at for one in plain)
    return (
        Sample(
            ours / (window.closed_at - window.opened_at),
            theirs / (plain_window.closed_at - plain_window.opened_at),
        ),
    )


def _measure_arrivals(quick: bool) -> Sequence[Sample]:
    size = SMALL if quick else FULL
    server_core, client_core = cores()
    rate = 20 if quick else ARRIVALS_PER_S
    with served(SERVER, server_core) as (_, url):
        records, window = harness(url.geturl(), WORKLOAD, size, client_core, f"--rate={rate}")
    late_ms = [
        (record.sent_at - record.intended_at) * 1e3
        for record in records
        if record.sent_at is not None and window.opened_at <= record.sent_at <= window.closed_at
    ]
    return tuple(Sample(quantile(late_ms, q)) for q in (0.5, 0.99))


HARNESS_UNSTREAMED: Final = Benchmark(
    name="harness-unstreamed",
    method=(
        "`harness run` with 20 users who ask one question after the other, without streams, of a server on plain "
        "sockets that answers at once; a core each. Requests sent in a window of 8 s. Reference: plain Locust's "
        "`FastHttpUser` with as many users, which parses the answer and looks at its finish_reason."
    ),
    rows=(
        Row(
            name="harness: unstreamed requests",
            unit="per s",
            goal=4000,
            reference="plain Locust, FastHttpUser",
            better="more",
        ),
    ),
    measure=_measure_unstreamed,
    repeats=2,
)

HARNESS_ARRIVALS: Final = Benchmark(
    name="harness-arrivals",
    method=(
        f"`harness run --rate {ARRIVALS_PER_S}` (Poisson), unstreamed, the same server: sent - due of the requests in "
        "a window of 8 s."
    ),
    rows=(
        Row(name="harness, 200 arrivals/s: lateness p50", unit="ms"),
        Row(name="harness, 200 arrivals/s: lateness p99", unit="ms"),
    ),
    measure=_measure_arrivals,
    repeats=2,
)
