"""Slow-downs from outside, by simulated time: the hour of the day, noise that comes and goes, incidents.

    D(t) = max(0.6, hour(t) * weekend(t) * exp(x(t)) * incident(t))

A pure function of (seed, t): two servers with one seed have the same bad day, however much they are asked.
"""

import math
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Final

import msgspec

from .distributions import Distribution
from .draws import Numbers, drawn, standard_normal, uniform

LEAST: Final = 0.6
_HOUR_S: Final = 3600.0
_DAY_S: Final = 86_400.0
_EPOCH_WEEKDAY: Final = 3
"""1970 began on a Thursday, the fourth day of a week."""
_SATURDAY: Final = 5
_STEPS: Final = 10
"""Steps of the noise within its time constant, and how many time constants of the past count: e^-5 is left out."""
_PAST: Final = 5
_OVERLAPPING: Final = 16
"""An incident that lasts longer than so many mean distances between them is cut there."""

Chances = Callable[[str], Numbers]
"""A fresh generator for a purpose: the same purpose, the same numbers."""


class Noise(msgspec.Struct, frozen=True, dict=True):
    """exp(x(t)): x is an autoregressive process of the first order with this deviation, as a moving average."""

    chances: Chances
    sigma: float
    time_constant_s: float

    def at(self, t: float) -> float:
        """The factor at t, the same throughout a step of a tenth of the time constant."""
        return self._of_step(math.floor(t / self.time_constant_s * _STEPS))

    @cached_property
    def _of_step(self) -> Callable[[int], float]:
        return lru_cache(maxsize=2)(self._worked_out)

    def _worked_out(self, step: int) -> float:
        phi = math.exp(-1 / _STEPS)
        past = range(_STEPS * _PAST)
        x = sum(phi**back * standard_normal(self.chances(f"noise/{step - back}")) for back in past)
        return math.exp(self.sigma * x * math.sqrt((1 - phi * phi) / (1 - phi ** (2 * len(past)))))


class Incident(msgspec.Struct, frozen=True):
    """Simulated epoch seconds, and how many times as long everything takes."""

    begins_at: float
    ends_at: float
    factor: float


class Incidents(msgspec.Struct, frozen=True, dict=True):
    """Begins are a Poisson process: in each cell as long as their mean distance there is one on average."""

    chances: Chances
    every_s: float
    duration_min: float | Distribution
    factor: float | Distribution

    @cached_property
    def of_cell(self) -> Callable[[int], list[Incident]]:
        """The incidents that begin in a cell, by its number."""
        return lru_cache(maxsize=2 * _OVERLAPPING)(self._worked_out)

    def _worked_out(self, cell: int) -> list[Incident]:
        numbers = self.chances(f"incidents/{cell}")
        found = []
        # One by one while the gaps, exponential with the mean of a cell, fit into it.
        at = -math.log(uniform(numbers))
        while at < 1:
            begins_at = (cell + at) * self.every_s
            lasts_s = min(drawn(self.duration_min, numbers) * 60, (_OVERLAPPING - 1) * self.every_s)
            found.append(Incident(begins_at, begins_at + lasts_s, drawn(self.factor, numbers)))
            at -= math.log(uniform(numbers))
        return found

    def at(self, t: float) -> float:
        """The factor of the worst incident at t, 1 without."""
        cell = math.floor(t / self.every_s)
        near = (each for back in range(_OVERLAPPING) for each in self.of_cell(cell - back))
        return max((each.factor for each in near if each.begins_at <= t < each.ends_at), default=1.0)


class Slowdown(msgspec.Struct, frozen=True):
    """What everybody's requests suffer; `hours` are 24 factors, or none."""

    hours: Sequence[float] = ()
    utc_offset_s: float = 0.0
    weekend: float = 1.0
    noise: Noise | None = None
    incidents: Incidents | None = None

    def at(self, t: float) -> float:
        """D at t, simulated epoch seconds."""
        local = t + self.utc_offset_s
        day, second = divmod(local, _DAY_S)
        factor = self.hours[int(second / _HOUR_S)] if self.hours else 1.0
        if (day + _EPOCH_WEEKDAY) % 7 >= _SATURDAY:
            factor *= self.weekend
        if self.noise is not None:
            factor *= self.noise.at(t)
        if self.incidents is not None:
            factor *= self.incidents.at(t)
        return max(LEAST, factor)
