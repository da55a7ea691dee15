"""The pairs of runs in docs/reading-results.md: what is changed, and what `harness compare` says of it.

.venv/bin/python scripts/pairs.py            about eight minutes
.venv/bin/python scripts/pairs.py caching    one of them
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = ROOT / ".venv" / "bin"
WORKLOADS = ROOT / "docs" / "pairs"
USERS = 20


@dataclass(frozen=True)
class Pair:
    """Two runs against one kind of mock: the workload and flags of each."""

    name: str
    mock: Sequence[str]
    before: Sequence[str]
    after: Sequence[str]
    seconds: int = 25
    warm_up_s: int = 5


PAIRS = (
    Pair("prompt-size", (), ["long-prompt"], ["short-prompt"]),
    Pair("max-tokens", (), ["generous"], ["modest"]),
    Pair("streaming", (), ["whole"], ["streamed"]),
    Pair("model", (), ["streamed", "--model", "gpt-4o"], ["streamed", "--model", "gpt-4.1-nano"]),
    Pair(
        "retry",
        ["--limits", str(WORKLOADS / "tight-limits.toml"), "--speed", "4"],
        ["streamed", "--retry", "immediate, attempts=6, told=no"],
        ["streamed", "--retry", "exponential, attempts=6"],
        seconds=75,
        warm_up_s=15,
    ),
    Pair("caching", (), ["apart"], ["shared"]),
)


def main(wanted: Sequence[str]) -> None:
    """Make the pairs of these names, or all of them."""
    for pair in PAIRS:
        if not wanted or pair.name in wanted:
            with tempfile.TemporaryDirectory() as folder:
                compared(pair, Path(folder))


def compared(pair: Pair, folder: Path) -> None:
    """Run both, each against a mock of its own, and compare."""
    for name, (workload, *flags) in (("before", pair.before), ("after", pair.after)):
        run(pair, WORKLOADS / f"{workload}.toml", flags, folder / name)
    print(f"\n## {pair.name}\n", flush=True)
    subprocess.run([BIN / "harness", "compare", folder / "before", folder / "after"], check=True)


def run(pair: Pair, workload: Path, flags: Sequence[str], out: Path) -> None:
    """One run against a mock that is started for it."""
    command = [BIN / "mockserver", "serve", "--port", "0", "--seed", "1", *pair.mock]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            said = "" if server.stdout is None else server.stdout.readline()
            address = said.split(" ")[1]
            load = ["--users", str(USERS), "--run-time", f"{pair.seconds}s", "--seed", "1"]
            load += ["--warm-up", f"{pair.warm_up_s}s"]
            subprocess.run(
                [BIN / "harness", "run", workload, "--host", address, *load, "--out", out, *flags],
                stdout=subprocess.DEVNULL,
                check=True,
            )
        finally:
            server.terminate()


if __name__ == "__main__":
    main(sys.argv[1:])
