"""Which machine it was, and what was installed on it."""

import datetime
import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final, Self

_NAMED: Final = (
    "dummyload",
    "uvicorn",
    "uvloop",
    "httptools",
    "starlette",
    "sse-starlette",
    "orjson",
    "msgspec",
    "tiktoken",
    "locust",
    "gevent",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What figures depend on besides the code. `load_1min` is the load average before anything was measured."""

    date: str
    cpu: str
    cores: int
    system: str
    python: str
    load_1min: float
    versions: dict[str, str]

    @classmethod
    def here(cls) -> Self:
        """This machine, now."""
        return cls(
            date=datetime.datetime.now(datetime.UTC).date().isoformat(),
            cpu=cpu_model(Path("/proc/cpuinfo").read_text()),
            cores=len(os.sched_getaffinity(0)),
            system=platform.platform(),
            python=f"{platform.python_implementation()} {platform.python_version()}",
            load_1min=os.getloadavg()[0],
            versions={name: version(name) for name in _NAMED},
        )

    @property
    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{self.date}; {self.cpu}, {self.cores} cores; {self.system}; {self.python}; "
            f"load average before: {self.load_1min:.2f}",
            ", ".join(f"{name} {number}" for name, number in self.versions.items()),
        ]


def cpu_model(cpuinfo: str) -> str:
    """The model that /proc/cpuinfo names; Arm kernels name none."""
    named = (line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name"))
    return next(named, platform.machine())
