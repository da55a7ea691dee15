"""The harness with 200 streams at once: how far its TTFT is from what the server did."""

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from profiles.record import Record

from .processes import cores, pinned, served
from .raw_client import stolen_s
from .rows import Measurement, Row
from .server_streams import ITL_S, SERVER, TTFT_S

USERS: Final = 220
SPAWN_PER_S: Final = 20
RUN_S: Final = 35
WATCHED_S: Final = (USERS / SPAWN_PER_S + 4, RUN_S - 1)

_WORKLOAD: Final = Path(__file__).parent / "streams.toml"


def two_hundred_users() -> Measurement:
    """TTFT error of `harness run`, by what the server's journal says it did and by what a constant server promises."""
    server_core, harness_core = cores()
    with served(SERVER, server_core) as (_, url), tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        begin_s, stolen_before_s = time.monotonic(), stolen_s()
        cpu_s = _load(url.geturl(), run, harness_core)
        stolen = (stolen_s() - stolen_before_s) / (time.monotonic() - begin_s) / (os.cpu_count() or 1)
        records = [Record.from_json(line) for line in (run / "records.jsonl").read_bytes().splitlines()]
        journal = _journal(url.geturl())
    tokens = sum(record.tokens.completion or 0 for record in records if record.tokens)
    true, written, promised = _errors_ms(records, journal)
    return Measurement(
        f"harness: {USERS} users, {SPAWN_PER_S} started per second, stream 100 tokens for {RUN_S} s and pause 0-0.4 s "
        f"between streams, so that about 200 are open; TTFT {TTFT_S * 1e3:g} ms, ITL {ITL_S * 1e3:g} ms; harness on "
        f"one core, mockserver on another; {len(true):,} attempts, sent from second {WATCHED_S[0]:g} to "
        f"{WATCHED_S[1]:g}. TTFT error: the record's first_token_ms - the server's own, by its "
        "journal (first token written - request received).",
        (
            Row("TTFT error p50", _quantile(true, 0.50), "ms"),
            Row("TTFT error p99", _quantile(true, 0.99), "ms", goal=5),
            Row("of it: first token seen - written p99", _quantile(written, 0.99), "ms"),
            Row(
                f"first_token_ms - {TTFT_S * 1e3:g} ms (holds the server's own lateness) p99",
                _quantile(promised, 0.99),
                "ms",
            ),
            Row("CPU per token, start and summary included", cpu_s / tokens * 1e6, "us"),
            Row("CPU time stolen by the hypervisor meanwhile", stolen * 100, "%"),
            Row("attempts that were not complete", sum(record.outcome != "complete" for record in records), ""),
        ),
    )


def _load(url: str, run: Path, core: int) -> float:
    """Run the harness to its end; the CPU seconds that it and its child used."""
    before = _children_cpu_s()
    flags = ["--users", str(USERS), "--spawn-rate", str(SPAWN_PER_S), "--run-time", f"{RUN_S}s", "--out", str(run)]
    environment = {name: value for name, value in os.environ.items() if name != "OPENAI_API_KEY"}
    with pinned(core):
        harness = subprocess.Popen(
            [sys.executable, "-m", "harness", "run", str(_WORKLOAD), "--host", url, *flags],
            stdout=subprocess.DEVNULL,
            env=environment,
        )
    if harness.wait() != 0:
        sys.exit(f"the harness ended with exit code {harness.returncode}")
    return _children_cpu_s() - before


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _journal(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/_mock/requests?limit=10000") as answer:
        return {entry["client_id"]: entry for entry in json.load(answer)["requests"] if "client_id" in entry}


def _errors_ms(records: Sequence[Record], journal: dict[str, Any]) -> tuple[list[float], list[float], list[float]]:
    """TTFT minus the true one, arrival minus write of the first token, and TTFT minus the constant one.

    Both processes read the clocks of this machine, so that their instants can be subtracted.
    """
    begin = min(record.sent_at for record in records if record.sent_at is not None)
    true, written, promised = [], [], []
    for record in records:
        if record.sent_at is None or record.first_token_ms is None:
            continue
        if not WATCHED_S[0] <= record.sent_at - begin <= WATCHED_S[1]:
            continue
        entry = journal[record.id]
        true.append(record.first_token_ms - (entry["first_token_at"] - entry["received_at"]) * 1e3)
        written.append((record.sent_at - entry["first_token_at"]) * 1e3 + record.first_token_ms)
        promised.append(record.first_token_ms - TTFT_S * 1e3)
    return sorted(true), sorted(written), sorted(promised)


def _quantile(values: Sequence[float], q: float) -> float:
    return values[math.ceil(len(values) * q) - 1]
