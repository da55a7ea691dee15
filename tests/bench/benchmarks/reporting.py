"""What a report of a long run takes: time, CPU and memory of all its processes."""

import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import orjson

from ..rig.many_records import write_run
from ..row import Benchmark, Row, Sample

RECORDS: Final = 1_000_000
_QUICK: Final = 20_000
_LOOK_EVERY_S: Final = 0.25
_SESSION, _RESIDENT = 3, 21
"""Where they stand in /proc/PID/stat after the name (proc(5): fields 6 and 24)."""
_LOADED: Final = "the same lines loaded by orjson"


def _measure(quick: bool) -> Sequence[Sample]:
    n = _QUICK if quick else RECORDS
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        write_run(run, n)
        plain_s, plain_cpu_s = _loaded(run / "records.jsonl")
        before_s = _children_s()
        begin_s = time.perf_counter()
        peak_mib = _peak_mib([sys.executable, "-m", "harness", "report", str(run), "--format", "html"])
        took_s, cpu_s = time.perf_counter() - begin_s, _children_s() - before_s
    return (
        Sample(took_s, plain_s),
        Sample(cpu_s / n * 1e6, plain_cpu_s / n * 1e6),
        Sample(peak_mib),
    )


def _loaded(records: Path) -> tuple[float, float]:
    """Seconds and CPU seconds that it takes to load every line and forget it."""
    begin_s, begin_cpu_s = time.perf_counter(), time.process_time()
    with records.open("rb", buffering=1 << 20) as lines:
        for line in lines:
            orjson.loads(line)
    return time.perf_counter() - begin_s, time.process_time() - begin_cpu_s


def _children_s() -> float:
    """CPU seconds of all processes that this one started and that have ended, and of those that they started."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak_mib(command: Sequence[str]) -> float:
    """The most memory that a command and the processes it starts hold together while it runs, MiB."""
    most = 0
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        while process.poll() is None:
            most = max(most, _resident_pages(process.pid))
            time.sleep(_LOOK_EVERY_S)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return most * resource.getpagesize() / (1 << 20)


def _resident_pages(session: int) -> int:
    """Pages in memory of all processes of a session; those that several share are counted for each."""
    pages = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            fields = stat.read_text().rpartition(")")[2].split()
            pages += int(fields[_RESIDENT]) if int(fields[_SESSION]) == session else 0
    return pages


REPORTING: Final = Benchmark(
    name="reporting",
    method=(
        f"`harness report RUN --format html` of a run of {RECORDS:,} records, 1.3 GB: streams of 100 tokens with "
        "histograms of some 27 buckets each, and unstreamed answers, 9:1; three classes, two stages, five phases of "
        "the mock, one attempt in eleven failed, 3 % retried. From the start of the command to its end; CPU of all its "
        "processes, a record; memory of all of them together, looked at every 0.25 s. Reference: the same lines read "
        "and loaded by orjson, in one process."
    ),
    rows=(
        Row(name="harness report, a million records", unit="s", goal=60, reference=_LOADED),
        Row(name="harness report, a million records: CPU a record", unit="us", reference=_LOADED),
        Row(name="harness report, a million records: memory", unit="MiB", goal=1024),
    ),
    measure=_measure,
    repeats=1,
)
