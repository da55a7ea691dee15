"""What a run asks for: users by a plan, arrivals by a plan of rates, or those of a trace."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from .arrivals import Arrivals
from .picture import levels_of, picture, rates_of
from .plan import Plan
from .spans import span_text
from .trace import Row

GUESSED_STAY_S: Final = 30.0
"""How long a session is taken to last where nobody has said how many users there are."""
FEWEST_USERS: Final = 10
MOST_USERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """A session that is to begin: its number in the run, when (seconds from the begin), how long a trace says it is."""

    index: int
    at_s: float
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class ByUsers:
    """Closed: as many users as the plan says, each of whom goes on when an answer is there."""

    plan: Plan

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.plan.end_s

    @property
    def users(self) -> int:
        """How many users there are at most."""
        return active(self.plan.peak)

    def users_at(self, at_s: float) -> int:
        """How many there are to be at that time."""
        return active(self.plan.level_at(at_s))

    def stage_at(self, at_s: float) -> str | None:
        """The stage in which that time falls."""
        return self.plan.stage_at(at_s)

    def lines(self) -> list[str]:
        """The load for a person."""
        return _of_plan(self.plan, " users")


@dataclass(frozen=True, slots=True)
class ByRate:
    """Open: sessions begin at the times that plan, arrivals and seed give, whatever the server does."""

    plan: Plan
    arrivals: Arrivals
    seed: int

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.plan.end_s

    @property
    def users(self) -> int:
        """A guess at how many users it takes."""
        return _guess(self.plan.peak * GUESSED_STAY_S)

    def stage_at(self, at_s: float) -> str | None:
        """The stage in which that time falls."""
        return self.plan.stage_at(at_s)

    def all(self) -> Iterator[Arrival]:
        """The arrivals in order; as endless as the plan."""
        return itertools.starmap(Arrival, enumerate(self.arrivals.times(self.plan, self.seed)))

    def lines(self) -> list[str]:
        """The load for a person."""
        if math.isinf(self.end_s):
            return [f"{self.plan.peak:g} arrivals per second, {self.arrivals}"]
        total = f"{self.plan.total():,.0f} arrivals expected in {span_text(round(self.end_s, 3))}, {self.arrivals}"
        return [*_of_plan(self.plan, "/s"), total]


@dataclass(frozen=True, slots=True)
class ByTrace:
    """Open: sessions begin when a trace says, which also says how long prompts and answers are."""

    rows: Sequence[Row]
    end_s: float

    @classmethod
    def of(cls, rows: Iterator[Row], end_s: float = math.inf) -> "ByTrace":
        """The rows, as far as they begin before `end_s`; it is over with the last of them."""
        kept = tuple(itertools.takewhile(lambda row: row.at_s < end_s, rows))
        return cls(kept, min(end_s, kept[-1].at_s if kept else 0.0))

    @property
    def users(self) -> int:
        """A guess at how many users it takes: for each arrival of the busiest half minute one."""
        return _guess(_most_within(self.rows, GUESSED_STAY_S))

    def stage_at(self, _at_s: float) -> str | None:
        """A trace has no stages."""
        return None

    def all(self) -> Iterator[Arrival]:
        """The arrivals in order."""
        for index, row in enumerate(self.rows):
            yield Arrival(index, row.at_s, row.prompt_tokens, row.completion_tokens)

    def lines(self) -> list[str]:
        """The load for a person."""
        total = f"{len(self.rows):,} arrivals in {span_text(round(self.end_s, 1))}"
        if not self.end_s:
            return [total]
        rates = rates_of([row.at_s for row in self.rows], self.end_s)
        return [*picture(rates, self.end_s, "/s", top=max(rates)), total]


Open: TypeAlias = ByRate | ByTrace
Demand: TypeAlias = ByUsers | Open


def active(level: float) -> int:
    """How many users a level of users is: the nearest whole number, a half counts."""
    return math.floor(level + 0.5)


def _of_plan(plan: Plan, unit: str) -> list[str]:
    return [] if plan.is_plain else picture(levels_of(plan), plan.end_s, unit, top=plan.peak)


def _guess(users: float) -> int:
    return min(max(math.ceil(users), FEWEST_USERS), MOST_USERS)


def _most_within(rows: Sequence[Row], span_s: float) -> int:
    """How many rows there are at most in a span of that length."""
    first = most = 0
    for last, row in enumerate(rows):
        while rows[first].at_s <= row.at_s - span_s:
            first += 1
        most = max(most, last - first + 1)
    return most
