"""Load processes under measurement: the harness, and plain Locust beside it, on a core of their own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from profiles.record import Record

from .processes import cpu_s, pinned

PLAIN: Final = Path(__file__).with_name("plain_locust.py")
SAMPLED_EVERY_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class Scale:
    """How many users, who come within so many seconds; from `settles_s` after that on, `window_s` are watched."""

    users: int
    ramp_s: float
    settles_s: float
    window_s: float

    @property
    def spawn_per_s(self) -> float:
        """Users per second."""
        return self.users / self.ramp_s

    @property
    def run_s(self) -> float:
        """From the first user to the end."""
        return self.ramp_s + self.settles_s + self.window_s + 1.0


class Window(NamedTuple):
    """What was watched: from when to when (epoch seconds), and the CPU seconds that the load used meanwhile."""

    opened_at: float
    closed_at: float
    cpu_s: float


class Driven(NamedTuple):
    """What a run of the harness left, and what was watched of it."""

    records: Sequence[Record]
    window: Window


def without_key(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a harness that aims at a mock: it is given no real key."""
    return {name: value for name, value in environ.items() if name != "OPENAI_API_KEY"}


def harness(url: str, workload: Path, scale: Scale, core: int, *flags: str) -> Driven:
    """A run of the harness at this scale; `flags` win over it. Its parent's CPU counts too."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        size = (f"--users={scale.users}", f"--spawn-rate={scale.spawn_per_s}") if not flags else ()
        command = (sys.executable, "-m", "harness", "run", str(workload), "--host", url, *size, *flags)
        ends = (f"--run-time={scale.run_s}s", f"--out={run}", "--target=mock")
        with _running((*command, *ends), core, without_key(os.environ)) as process:
            samples = _watched(process)
        if process.returncode not in (0, 3):  # 3: it says that it could not keep up, which is what we measure
            sys.exit(f"the harness ended with exit code {process.returncode}")
        records = [Record.from_json(line) for line in (run / "records.jsonl").read_bytes().splitlines()]
    begun_at = min(record.sent_at for record in records if record.sent_at is not None)
    return Driven(records, _window(samples, begun_at, scale))


class Plain(NamedTuple):
    """What plain Locust saw of one answer."""

    name: str
    sent_at: float
    ttft_ms: float | None


def plain_locust(url: str, task: str, scale: Scale, core: int) -> tuple[Sequence[Plain], Window]:
    """A run of plain Locust with this task of plain_locust.py."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "seen.jsonl"
        size = ("-u", str(scale.users), "-r", str(scale.spawn_per_s), "-t", f"{scale.run_s:.0f}s")
        quiet = ("--headless", "--only-summary", "--loglevel", "ERROR", "--exit-code-on-error", "0")
        command = (sys.executable, "-m", "locust", "-f", str(PLAIN), "-H", url, *size, *quiet)
        with _running(command, core, {**os.environ, "BENCH_OUT": str(out), "BENCH_TASK": task}) as process:
            samples = _watched(process)
        seen = [Plain(*json.loads(line)) for line in out.read_text().splitlines()]
    return seen, _window(samples, min(one.sent_at for one in seen), scale)


@contextmanager
def _running(command: Sequence[str], core: int, environ: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    with pinned(core):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(environ))
    with process:
        yield process
        process.wait()


def _watched(process: "subprocess.Popen[bytes]") -> list[tuple[float, float]]:
    """Until it ends: instants (epoch seconds), and the CPU seconds that it and its children had used by then."""
    samples = []
    while process.poll() is None:
        with suppress(OSError):  # one of them has just ended
            samples.append((time.time(), sum(map(cpu_s, (process.pid, *_children(process.pid))))))
        time.sleep(SAMPLED_EVERY_S)
    return samples


def _window(samples: Sequence[tuple[float, float]], begun_at: float, scale: Scale) -> Window:
    """What was sampled nearest to the window of a load that began then."""
    opens_at = begun_at + scale.ramp_s + scale.settles_s
    (opened_at, before_s), (closed_at, after_s) = (
        min(samples, key=lambda sample: abs(sample[0] - at)) for at in (opens_at, opens_at + scale.window_s)
    )
    return Window(opened_at, closed_at, after_s - before_s)


def _children(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def tokens_within(records: Sequence[Record], window: Window) -> float:
    """How many tokens came within the window: those of a stream come evenly from its first to its last."""
    return sum(_within(record, window) for record in records)


def _within(record: Record, window: Window) -> float:
    if record.sent_at is None or record.first_token_ms is None or record.last_token_ms is None or record.tokens is None:
        return 0.0
    first_at, last_at = record.sent_at + record.first_token_ms / 1e3, record.sent_at + record.last_token_ms / 1e3
    if last_at <= first_at:
        return 0.0
    inside_s = min(last_at, window.closed_at) - max(first_at, window.opened_at)
    return max(inside_s, 0.0) / (last_at - first_at) * (record.tokens.completion or 0)
