"""The flags that say how much is asked when, and the settings that they come to."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from profiles.files import is_path
from profiles.schema.run import RunTable

from ..load.arrivals import POISSON
from ..load.demand import GUESSED_STAY_S, MOST_USERS, ByTrace, ByUsers, Demand
from ..load.spans import span_text
from .demand import demand_of, plan_from
from .settings import RunSettings, SettingError, spawn_rate_of

DEFAULT_USERS: Final = 10
DEFAULT_RUN_TIME_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFlags:
    """--users, --spawn-rate, --rate, --arrivals and --trace with its scales, as they were given."""

    users: str | None = None
    spawn_rate: float | None = None
    rate: str | None = None
    arrivals: str | None = None
    trace: str | None = None
    trace_speed: float | None = None
    trace_rate: float | None = None

    def over(self, table: RunTable) -> Self:
        """These flags, with what they leave open taken from a [run] table.

        What says when users or sessions begin is one thing: where a flag says it, the table has no say in it.
        """
        planned = self._is_planned
        users, rate = table.users, None if planned else table.rate
        if planned and isinstance(users, str):
            users = None
        return replace(
            self,
            users=str(users) if self.users is None and users is not None else self.users,
            rate=self.rate if rate is None else str(rate),
            arrivals=table.arrivals if self.arrivals is None and rate is not None else self.arrivals,
            spawn_rate=(
                table.spawn_rate
                if self.spawn_rate is None and not planned and rate is None and not isinstance(users, str)
                else self.spawn_rate
            ),
        )

    @property
    def _is_planned(self) -> bool:
        """Whether it is said when users or their sessions begin."""
        return self.rate is not None or self.trace is not None or self._users()[1] is not None

    def settled(self, settings: RunSettings, workers: int) -> tuple[RunSettings, list[str]]:
        """The settings with the load in them, and what is to be said of it before the run.

        Raises SettingError for flags that cannot be read or contradict each other.
        """
        self._check()
        count, plan = self._users()
        settings = replace(
            settings,
            users_plan=plan,
            rate=self.rate,
            arrivals=self.arrivals or str(POISSON) if self.rate else None,
            trace=_absolute(self.trace),
            trace_speed=self.trace_speed,
            trace_rate=self.trace_rate,
        )
        said = []
        demand = demand_of(settings)
        if (demand is None or math.isinf(demand.end_s)) and settings.run_time_s is None and settings.requests is None:
            said.append(f"neither --run-time nor --requests given: running for {span_text(DEFAULT_RUN_TIME_S)}")
            settings = replace(settings, run_time_s=DEFAULT_RUN_TIME_S)
            demand = demand_of(settings)
        if demand is None:
            users = count or DEFAULT_USERS
            return replace(settings, users=users, spawn_rate=spawn_rate_of(self.spawn_rate, users)), said
        users = count or math.ceil(demand.users / workers) * workers
        said += [*demand.lines(), *_of_users(demand, users, guessed=count is None)]
        # They are there before the load begins, and begin when it says so.
        return replace(settings, users=users, spawn_rate=float(users)), said

    def _users(self) -> tuple[int | None, str | None]:
        """The number of users or the plan of them, as far as either was given."""
        if self.users is None:
            return None, None
        plan = plan_from(self.users, "--users")
        if not plan.is_plain:
            if plan.peak < 0.5:
                raise SettingError("--users", f"{self.users!r} never comes to a single user")
            return None, self.users
        if plan.peak != int(plan.peak):
            raise SettingError("--users", f"{self.users!r} is no whole number of users; write {math.ceil(plan.peak)}")
        return int(plan.peak), None

    def _check(self) -> None:
        """Raise SettingError for flags that contradict each other or mean nothing without another."""
        for flag, given, wanted, there in (
            ("--arrivals", self.arrivals, "--rate", self.rate),
            ("--trace-speed", self.trace_speed, "--trace", self.trace),
            ("--trace-rate", self.trace_rate, "--trace", self.trace),
        ):
            if given is not None and there is None:
                raise SettingError(flag, f"means something only with {wanted}; add it or leave this out")
        if self.rate is not None and self.trace is not None:
            raise SettingError("--rate", "a trace has a rate of its own; leave one out (or scale it with --trace-rate)")
        for flag, value in (("--trace-speed", self.trace_speed), ("--trace-rate", self.trace_rate)):
            if value is not None and not 0 < value < math.inf:
                raise SettingError(flag, f"{value:g} is no factor; write 2 for twice, 0.5 for half")
        _, plan = self._users()
        by = "--rate" if self.rate is not None else "--trace" if self.trace is not None else None
        if plan is not None and by is not None:
            raise SettingError(
                "--users", f"with {by} it is how many users there are at most; write a number, or leave it out"
            )
        if self.spawn_rate is not None and (by or plan is not None):
            raise SettingError("--spawn-rate", f"{by or 'the plan of --users'} says when users begin; leave it out")


def _of_users(demand: Demand, users: int, *, guessed: bool) -> Iterator[str]:
    """What is to be said of the users of an open load."""
    if isinstance(demand, ByUsers) or not guessed:
        return
    for_each = "arrivals of the busiest" if isinstance(demand, ByTrace) else f"{demand.plan.peak:g} arrivals/s for"
    bound = ", which is the most that is guessed" if demand.users == MOST_USERS else ""
    yield f"up to {users:,} users at once (a guess: {for_each} {GUESSED_STAY_S:g} s{bound}; --users N says otherwise)"


def _absolute(trace: str | None) -> str | None:
    """A path that holds whatever the working directory of the load process is; a name stays a name."""
    return str(Path(trace).resolve()) if trace is not None and is_path("traces", trace) else trace
