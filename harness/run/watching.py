"""What a person is to see of a run while it goes on, made of its settings, its processes and its records."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rich.text import Text

from ..load.demand import ByRate, ByUsers, Demand
from ..money.spending import Money
from ..report.drawing import drawn
from ..report.progress import Progress
from ..report.recent import RECENT_S
from ..report.view import Used, View
from .course import Seen, flight_of, users_of
from .settings import RunSettings


@dataclass(slots=True)
class Begun:
    """How many sessions have begun by when; what the children tell comes twice a second."""

    _marks: deque[tuple[float, int]] = field(default_factory=lambda: deque([(0.0, 0)]))

    def per_s(self, elapsed_s: float, begun: int) -> float | None:
        """How many began per second lately. To be called in order of time."""
        self._marks.append((elapsed_s, begun))
        while len(self._marks) > 2 and self._marks[1][0] <= elapsed_s - RECENT_S:
            self._marks.popleft()
        since_s, before = self._marks[0]
        return (begun - before) / (elapsed_s - since_s) if elapsed_s > since_s else None


@dataclass(slots=True)
class Watching:
    """A run as it is seen: `demand` is what it asks for, `phase()` what its mock says of itself at the moment.

    `budget_usd` is what it may cost at most, where somebody said so, `money` how it stands against its caps, as far as
    told. `elsewhere` is whether workers of other machines take part.
    """

    settings: RunSettings
    progress: Progress = field(default_factory=Progress)
    demand: Demand | None = None
    phase: Callable[[], str | None] | None = None
    budget_usd: float | None = None
    money: Money | None = None
    elsewhere: bool = False
    _begun: Begun = field(default_factory=Begun)

    def line(self, elapsed_s: float, seen: Sequence[Seen]) -> str:
        """For a plain log."""
        return self.progress.line(elapsed_s, users_of(seen))

    def picture(self, elapsed_s: float, seen: Sequence[Seen], width: int) -> list[Text]:
        """For a terminal of so many columns."""
        return drawn(self.view(elapsed_s, seen), width)

    def view(self, elapsed_s: float, seen: Sequence[Seen]) -> View:
        """This instant of the run."""
        in_flight, begun = flight_of(seen, elsewhere=self.elsewhere)
        demand, settings = self.demand, self.settings
        now = View(
            elapsed_s=elapsed_s,
            users=users_of(seen),
            users_asked=users_asked(settings, demand, elapsed_s),
            rate_asked=demand.plan.level_at(elapsed_s) if isinstance(demand, ByRate) else None,
            rate_sent=None if begun is None else self._begun.per_s(elapsed_s, begun),
            left_s=left_s(settings, demand, elapsed_s),
            stage=None if demand is None else demand.stage_at(elapsed_s),
            phase=None if self.phase is None else self.phase(),
            in_flight=in_flight,
            budget_usd=self.budget_usd,
        )
        seen_so_far = self.progress.view(now)
        calls = settings.requests
        return replace(
            seen_so_far,
            calls_left=None if calls is None else max(calls - self.progress.calls, 0),
            cost_usd=_spent_usd(seen_so_far.cost_usd, self.money),
            used=tuple(_used(self.money)),
        )


def _spent_usd(recorded_usd: float | None, money: Money | None) -> float | None:
    """What is spent: where it is capped that counts what records do not, such as answers that broke off."""
    if money is None or money.spent_usd is None:
        return recorded_usd
    return max(recorded_usd or 0.0, money.spent_usd)


def _used(money: Money | None) -> Iterator[Used]:
    if money is not None and money.max_requests is not None:
        yield Used(money.requests, money.max_requests, "requests")
    if money is not None and money.max_tokens is not None:
        yield Used(money.tokens, money.max_tokens, "tokens")


def users_asked(settings: RunSettings, demand: Demand | None, elapsed_s: float) -> int | None:
    """How many users are to be there at that time; None where arrivals decide how many are needed."""
    if demand is None:
        return settings.users
    return demand.users_at(elapsed_s) if isinstance(demand, ByUsers) else None


def left_s(settings: RunSettings, demand: Demand | None, elapsed_s: float) -> float | None:
    """The time to the planned end, 0 while what is in flight finishes; None where no time ends it."""
    ends_s = settings.run_time_s if demand is None else demand.end_s
    return None if ends_s is None or ends_s == float("inf") else max(ends_s - elapsed_s, 0.0)
