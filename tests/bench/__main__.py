"""`make bench`: measures speed on this machine and prints it beside its goals."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from .harness_streams import two_hundred_users
from .rows import Benchmark
from .server_streams import constant_streams, socket_floor

BENCHMARKS: Final[Sequence[Benchmark]] = (constant_streams, socket_floor, two_hundred_users)
_NAMED: Final = (
    "dummyload",
    "uvicorn",
    "uvloop",
    "httptools",
    "starlette",
    "sse-starlette",
    "orjson",
    "locust",
    "gevent",
)


def main() -> None:
    """Run all benchmarks, one after the other."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"Python {platform.python_version()}, {platform.platform()}, {cores} cores")
    print(", ".join(f"{name} {version(name)}" for name in _NAMED))
    for measure in BENCHMARKS:
        measurement = measure()
        print(f"\n{measurement.method}")
        for row in measurement.rows:
            print(f"  {row}", flush=True)


if __name__ == "__main__":
    main()
