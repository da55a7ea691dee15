"""Which numbers of a run are a worker's."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """The share of worker `worker` of `workers`: the numbers that are `worker` mod `workers`.

    So the processes of a run share its sessions and calls without talking to each other, and one process takes all.
    """

    worker: int = 0
    workers: int = 1

    def numbers(self) -> Iterator[int]:
        """Its numbers, from the lowest on."""
        return itertools.count(self.worker, self.workers)

    def of(self, total: int) -> int:
        """How many of the numbers below `total` are its own."""
        return len(range(self.worker, total, self.workers))
