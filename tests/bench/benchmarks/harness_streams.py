"""The harness with 200 streams at once: how far its TTFT is from what the server did, and what a token costs it."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from profiles.record import Record

from ..rig.asking import journal
from ..rig.processes import cores, pinned, served
from ..rig.raw_client import Load, quantile, seen_by_raw_client
from ..row import Benchmark, Row, Sample
from .server_events import ITL_S, SERVER, TTFT_S

WORKLOAD: Final = Path(__file__).parent / "streams.toml"
TOKENS: Final = 100

_RAW: Final = "raw client, the same streams"


@dataclass(frozen=True, slots=True)
class Scale:
    """How many users for how long; what is sent from `opens_s` to `closes_s` counts."""

    users: int
    spawn_per_s: int
    run_s: int
    opens_s: float

    @property
    def closes_s(self) -> float:
        """A second before the run ends."""
        return self.run_s - 1

    @property
    def streams_per_s(self) -> float:
        """What these users ask for: a stream lasts TTFT + 99 x ITL, the pause behind it 0.2 s on average."""
        return self.users / (TTFT_S + (TOKENS - 1) * ITL_S + 0.2)


FULL: Final = Scale(users=220, spawn_per_s=20, run_s=35, opens_s=15)
SMALL: Final = Scale(users=4, spawn_per_s=4, run_s=4, opens_s=0)


def _measure(quick: bool) -> Sequence[Sample]:
    scale = SMALL if quick else FULL
    server_core, client_core = cores()
    with served(SERVER, server_core) as (pid, url):
        errors_ms, us_per_token = _by_harness(url.geturl(), scale, client_core)
    with served(SERVER, server_core) as (pid, url):
        raw = _by_raw_client(url.geturl(), pid, scale, client_core)
    return (
        *(Sample(quantile(errors_ms, q), quantile(raw["ttft_error_ms"], q)) for q in (0.5, 0.99)),
        Sample(us_per_token, raw["own_us_per_token"]),
    )


def _by_harness(url: str, scale: Scale, core: int) -> tuple[list[float], float]:
    """TTFT errors in ms, and CPU microseconds per token of the whole run, start and summary included."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        cpu_s = _run_harness(url, scale, run, core)
        records = [Record.from_json(line) for line in (run / "records.jsonl").read_bytes().splitlines()]
    if any(record.outcome != "complete" for record in records):
        sys.exit("an answer to the harness was not complete")
    tokens = sum(record.tokens.completion or 0 for record in records if record.tokens)
    entries = {entry["client_id"]: entry for entry in journal(url) if "client_id" in entry}
    return _ttft_errors_ms(records, entries, scale), cpu_s / tokens * 1e6


def _run_harness(url: str, scale: Scale, run: Path, core: int) -> float:
    """Run the harness to its end; the CPU seconds that it and its child used."""
    before = _children_cpu_s()
    size = [f"--users={scale.users}", f"--spawn-rate={scale.spawn_per_s}", f"--run-time={scale.run_s}s"]
    with pinned(core):
        harness = subprocess.Popen(
            [sys.executable, "-m", "harness", "run", str(WORKLOAD), "--host", url, *size, f"--out={run}"],
            stdout=subprocess.DEVNULL,
            env=without_key(os.environ),
        )
    if harness.wait() != 0:
        sys.exit(f"the harness ended with exit code {harness.returncode}")
    return _children_cpu_s() - before


def without_key(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a harness that aims at a mock: it is given no real key."""
    return {name: value for name, value in environ.items() if name != "OPENAI_API_KEY"}


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _ttft_errors_ms(records: Sequence[Record], entries: Mapping[str, Any], scale: Scale) -> list[float]:
    """TTFT minus the true one, of what was sent in the window."""
    begin = min(record.sent_at for record in records if record.sent_at is not None)
    errors = []
    for record in records:
        if record.sent_at is None or record.first_token_ms is None:
            continue
        if scale.opens_s <= record.sent_at - begin <= scale.closes_s:
            entry = entries[record.id]
            errors.append(record.first_token_ms - (entry["first_token_at"] - entry["received_at"]) * 1e3)
    return errors


def _by_raw_client(url: str, server_pid: int, scale: Scale, core: int) -> dict[str, Any]:
    """The raw client with as many streams a second, of which as many are open at once."""
    settle_s = TTFT_S + TOKENS * ITL_S
    window_s = min(scale.closes_s - scale.opens_s, 10.0)
    ramp_s = settle_s + window_s
    load = Load(
        url=url,
        server_pid=server_pid,
        streams=round(scale.streams_per_s * ramp_s),
        tokens=TOKENS,
        itl_s=ITL_S,
        ttft_s=TTFT_S,
        ramp_s=ramp_s,
        opens_s=settle_s,
        closes_s=ramp_s + 0.5,
        spins=False,
    )
    return seen_by_raw_client(load, core)


HARNESS_STREAMS: Final = Benchmark(
    name="harness-streams",
    method=(
        f"`harness run`: {FULL.users} users, {FULL.spawn_per_s} started per second, stream {TOKENS} tokens for "
        f"{FULL.run_s} s and pause 0-0.4 s in between, so that about 200 streams are open; TTFT {TTFT_S * 1e3:g} ms, "
        f"ITL {ITL_S * 1e3:g} ms; harness on one core, mockserver on another; what was sent from second "
        f"{FULL.opens_s:g} on counts. TTFT error: the record's `first_token_ms` - the server's own, by its journal "
        "(first token written - request received). CPU per token: the whole run's, start and summary included. "
        "Reference: the raw client (epoll, sleeping when idle) with as many streams open, each opened on a new "
        "connection; connecting is not in its TTFT."
    ),
    rows=(
        Row(name="harness, 200 streams: TTFT error p50", unit="ms", reference=_RAW),
        Row(name="harness, 200 streams: TTFT error p99", unit="ms", goal=5, reference=_RAW),
        Row(name="harness, 200 streams: CPU per token", unit="us", reference=_RAW),
    ),
    measure=_measure,
)
