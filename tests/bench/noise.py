"""How much of the machine others had while something was measured: other machines, and other processes on this one."""

import os
import resource
import time
from pathlib import Path
from typing import Final, NamedTuple, Self

STOLEN_MOST: Final = 0.02
OTHERS_MOST: Final = 0.05

_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


class Noise(NamedTuple):
    """Shares of all cores' time: what the hypervisor gave away, and what processes that are not the bench's used."""

    stolen: float
    others: float

    @property
    def quiet(self) -> bool:
        """Whether what was measured meanwhile can be held against the code."""
        return self.stolen <= STOLEN_MOST and self.others <= OTHERS_MOST


class Counters(NamedTuple):
    """CPU seconds since the machine started, all cores together; `own` are this process's and its ended children's."""

    at_s: float
    busy_s: float
    stolen_s: float
    own_s: float

    @classmethod
    def read(cls) -> Self:
        """The counters now, from /proc/stat (user nice system idle iowait irq softirq steal)."""
        line = Path("/proc/stat").read_text().split("\n", 1)[0]
        user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, line.split()[1:9])
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return cls(
            at_s=time.monotonic(),
            busy_s=(user + nice + system + irq + softirq) / _TICKS_PER_S,
            stolen_s=steal / _TICKS_PER_S,
            own_s=sum(usage.ru_utime + usage.ru_stime for usage in used),
        )


def noise_between(before: Counters, after: Counters, cores: int) -> Noise:
    """The noise of the time between two readings."""
    core_s = (after.at_s - before.at_s) * cores
    others_s = (after.busy_s - before.busy_s) - (after.own_s - before.own_s)
    return Noise((after.stolen_s - before.stolen_s) / core_s, max(others_s, 0.0) / core_s)
