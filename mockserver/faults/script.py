"""Chaos scripts: phases that follow one another, and where in them a server is.

Everything is a function of values: a script says which phase it is so many seconds after its begin, a course says how
many seconds that is, whatever was jumped over or paused.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

import msgspec
from msgspec.structs import replace

_MOST_STAYS: Final = 1_000
"""How much of its history is told of a script that repeats."""


class Phase(msgspec.Struct, frozen=True):
    """A step of a script, `for_s` simulated seconds long."""

    name: str
    for_s: float


class Place(msgspec.Struct, frozen=True):
    """Where a script is: the number of the phase, how much of it is over (0 to 1), and seconds until the next."""

    number: int
    progress: float
    left_s: float


class Script(msgspec.Struct, frozen=True):
    """Phases in their order, `times` times over; None: for ever. Afterwards none of them is on."""

    phases: tuple[Phase, ...]
    times: int | None = 1

    @property
    def round_s(self) -> float:
        """How long all phases take once."""
        return sum(phase.for_s for phase in self.phases)

    def begin_s(self, name: str) -> float:
        """When a phase begins for the first time. Raises KeyError when there is none of that name."""
        begins = accumulate((phase.for_s for phase in self.phases), initial=0.0)
        for phase, begin_s in zip(self.phases, begins, strict=False):
            if phase.name == name:
                return begin_s
        raise KeyError(name)

    def at(self, elapsed_s: float) -> Place | None:
        """Where the script is so long after its begin; None when it is over, or has no phases."""
        whole_s = self.round_s
        if elapsed_s < 0 or not self.phases or (self.times is not None and elapsed_s >= whole_s * self.times):
            return None
        into_s = elapsed_s % whole_s
        for number, phase in enumerate(self.phases):
            if into_s < phase.for_s:
                return Place(number, into_s / phase.for_s, phase.for_s - into_s)
            into_s -= phase.for_s
        return Place(0, 0.0, self.phases[0].for_s)  # a float's noise before the end of a round


class Stay(msgspec.Struct, frozen=True):
    """A phase that a server was in, in simulated epoch seconds; `ended_at` is None for the one that it is in."""

    name: str
    started_at: float
    ended_at: float | None


class Course(msgspec.Struct, frozen=True):
    """How a server goes through a script: at the instant `since` it was `elapsed_s` after the begin, or stopped there.

    `past` is what came before that instant.
    """

    script: Script
    since: float
    elapsed_s: float = 0.0
    paused: bool = False
    past: tuple[Stay, ...] = ()

    def elapsed(self, now: float) -> float:
        """Seconds since the begin of the script, without pauses."""
        return self.elapsed_s if self.paused else self.elapsed_s + max(0.0, now - self.since)

    def place(self, now: float) -> Place | None:
        """Where the script is."""
        return self.script.at(self.elapsed(now))

    def name(self, now: float) -> str | None:
        """The phase that is on."""
        place = self.place(now)
        return None if place is None else self.script.phases[place.number].name

    def jumped(self, name: str, now: float) -> "Course":
        """The course after a jump to the begin of a phase. Raises KeyError when there is none of that name."""
        return self._turned(self.script.begin_s(name), now, paused=self.paused)

    def stopped(self, now: float, *, paused: bool) -> "Course":
        """The course with its time stopped, or going on."""
        return self._turned(self.elapsed(now), now, paused=paused)

    def restarted(self, now: float) -> "Course":
        """The course from the begin of its script again."""
        return self._turned(0.0, now, paused=False)

    def followed_by(self, script: Script, now: float) -> "Course":
        """The course through another script, from its begin."""
        return replace(self._turned(0.0, now, paused=False), script=script)

    def history(self, now: float) -> Sequence[Stay]:
        """The phases that were and the one that is, oldest first."""
        return _joined([*self.past, *self._stays(now)])[-_MOST_STAYS:]

    def _turned(self, elapsed_s: float, now: float, *, paused: bool) -> "Course":
        ended = tuple(replace(stay, ended_at=stay.ended_at or now) for stay in self.history(now))
        return Course(self.script, now, elapsed_s, paused, ended)

    def _stays(self, now: float) -> Iterator[Stay]:
        """The phases since the last turn."""
        at, elapsed_s = self.since, self.elapsed_s
        while (place := self.script.at(elapsed_s)) is not None:
            name = self.script.phases[place.number].name
            if self.paused or at + place.left_s > now:
                yield Stay(name, at, None)
                return
            yield Stay(name, at, at + place.left_s)
            at, elapsed_s = at + place.left_s, elapsed_s + place.left_s


def _joined(stays: Sequence[Stay]) -> list[Stay]:
    """Stays without those that took no time, and with what was parted by a turn in one piece."""
    joined: list[Stay] = []
    for stay in stays:
        if stay.ended_at is not None and stay.ended_at <= stay.started_at:
            continue
        if joined and joined[-1].name == stay.name and joined[-1].ended_at == stay.started_at:
            joined[-1] = replace(joined[-1], ended_at=stay.ended_at)
        else:
            joined.append(stay)
    return joined
