"""A level over time, in straight lines: how many users there are, or how many arrivals per second."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .spans import range_text


@dataclass(frozen=True, slots=True)
class Stage:
    """A straight line from level `begin` at `start_s` to level `end` at `end_s`, which may be infinite if it is flat.

    `name` is what the records call it, None where there is nothing to tell it from.
    """

    start_s: float
    end_s: float
    begin: float
    end: float
    name: str | None = None

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s

    @property
    def total(self) -> float:
        """The area under the line: of a rate, how many arrivals are expected."""
        mean = (self.begin + self.end) / 2
        return mean * self.length_s if mean else 0.0

    def level_at(self, at_s: float) -> float:
        """The level at that time, the nearest one outside of it."""
        if self.begin == self.end or at_s <= self.start_s:
            return self.begin
        share = min((at_s - self.start_s) / self.length_s, 1.0)
        return self.begin + (self.end - self.begin) * share

    def time_of(self, area: float) -> float:
        """When the area under the line reaches `area`, which must be less than its total.

        The t that solves begin * t + slope * t^2 / 2 = area, in the form that loses no digits:
        t = 2 * area / (begin + sqrt(begin^2 + 2 * slope * area)).
        """
        slope = 0.0 if self.begin == self.end else (self.end - self.begin) / self.length_s
        root = math.sqrt(max(self.begin**2 + 2 * slope * area, 0.0))
        return self.start_s + (2 * area / (self.begin + root) if area else 0.0)

    def reaches(self, level: float, after_s: float) -> float | None:
        """The first time not before `after_s` at which the level is at least `level`; None when there is none in it."""
        from_s = max(self.start_s, after_s)
        if from_s >= self.end_s:
            return None
        if self.level_at(from_s) >= level:
            return from_s
        if self.end < level or self.end <= self.begin:
            return None
        at_s = self.start_s + (level - self.begin) / (self.end - self.begin) * self.length_s
        return at_s if at_s < self.end_s else None


@dataclass(frozen=True, slots=True)
class Plan:
    """Stages that follow each other from 0 on. A plain constant is one endless stage without a name."""

    stages: tuple[Stage, ...]

    @classmethod
    def constant(cls, level: float) -> "Plan":
        """The same level for ever."""
        return cls((Stage(0.0, math.inf, level, level),))

    @property
    def end_s(self) -> float:
        """When the last stage ends."""
        return self.stages[-1].end_s

    @property
    def peak(self) -> float:
        """The highest level that it comes to."""
        return max(max(stage.begin, stage.end) for stage in self.stages)

    @property
    def is_plain(self) -> bool:
        """Whether it is a mere constant: there is nothing to look at."""
        return len(self.stages) == 1 and self.stages[0].name is None

    def total(self, from_s: float = 0.0, to_s: float = math.inf) -> float:
        """The area under it between two times: of a rate, how many arrivals are expected."""
        return math.fsum(_cut(stage, from_s, to_s).total for stage in self.stages if _touches(stage, from_s, to_s))

    def level_at(self, at_s: float) -> float:
        """The level at that time; before the beginning the first one, after the end the last."""
        return self._at(at_s).level_at(at_s)

    def stage_at(self, at_s: float) -> str | None:
        """The name of the stage in which that time falls; what comes after the end belongs to the last."""
        return self._at(at_s).name

    def next_at(self, level: float, after_s: float) -> float | None:
        """The first time not before `after_s` at which the level is at least `level`; None when it never is again."""
        found = (stage.reaches(level, after_s) for stage in self.stages)
        return next((at_s for at_s in found if at_s is not None), None)

    def times(self, areas: Iterable[float]) -> Iterator[float]:
        """When the area under it reaches each of `areas`, which must rise; ends with the plan.

        The time change that makes arrivals at any rate of arrivals at rate 1 (Çinlar 1975): a stage gets exactly as
        many as the area under it, on average.
        """
        before, stages = 0.0, iter(self.stages)
        stage = next(stages)
        for area in areas:
            while area - before >= stage.total:
                before += stage.total
                following = next(stages, None)
                if following is None:
                    return
                stage = following
            yield stage.time_of(area - before)

    def until(self, time_s: float) -> "Plan":
        """The plan with its end at `time_s`: cut short, or its last level going on."""
        if time_s >= self.end_s:
            last = self.stages[-1]
            more = [_named(Stage(last.end_s, time_s, last.end, last.end))] if time_s > last.end_s else []
            return Plan((*self.stages, *more))
        kept = [_cut(stage, 0.0, time_s) for stage in self.stages if stage.start_s < time_s]
        return Plan(tuple(kept))

    def _at(self, at_s: float) -> Stage:
        return next((stage for stage in self.stages if at_s < stage.end_s), self.stages[-1])


def levels_text(begin: float, end: float) -> str:
    """How a stage's levels are written: "20", "1->20"."""
    return f"{begin:g}" if begin == end else f"{begin:g}->{end:g}"


def _named(stage: Stage) -> Stage:
    """A stage with the name that the grammar would write it by."""
    return replace(stage, name=f"{range_text(stage.start_s, stage.end_s)}: {levels_text(stage.begin, stage.end)}")


def chained(lines: Iterable[tuple[float, float, float]]) -> Plan:
    """The plan of stages one after the other: (length in seconds, first level, last level). Empty ones are left out."""
    stages: list[Stage] = []
    for length_s, begin, end in lines:
        if length_s > 0:
            start_s = stages[-1].end_s if stages else 0.0
            stages.append(_named(Stage(start_s, start_s + length_s, begin, end)))
    return Plan(tuple(stages))


def _touches(stage: Stage, from_s: float, to_s: float) -> bool:
    return stage.start_s < to_s and stage.end_s > from_s


def _cut(stage: Stage, from_s: float, to_s: float) -> Stage:
    """The part of a stage between two times, under a name that says so."""
    start_s, end_s = max(stage.start_s, from_s), min(stage.end_s, to_s)
    if (start_s, end_s) == (stage.start_s, stage.end_s):
        return stage
    part = Stage(start_s, end_s, stage.level_at(start_s), stage.level_at(end_s))
    return part if stage.name is None else _named(part)
