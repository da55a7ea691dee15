"""A service that fails and recovers by itself: a two-state Markov process in simulated time."""

import bisect
from random import Random


class Outages:
    """When a service is down: stays are exponential with means of `up_s` and `down_s` seconds, the first is up.

    The stays come from `rng` in their order, and are kept, so that every question about an instant has one answer.
    """

    __slots__ = ("_means_s", "_rng", "_turns_s")

    def __init__(self, up_s: float, down_s: float, rng: Random) -> None:
        self._means_s = (up_s, down_s)
        self._rng = rng
        self._turns_s = [rng.expovariate(1 / up_s)]

    def down(self, elapsed_s: float) -> bool:
        """Whether it is down so long after the begin."""
        while self._turns_s[-1] <= elapsed_s:
            mean_s = self._means_s[len(self._turns_s) % 2]
            self._turns_s.append(self._turns_s[-1] + self._rng.expovariate(1 / mean_s))
        return bisect.bisect_right(self._turns_s, elapsed_s) % 2 == 1
