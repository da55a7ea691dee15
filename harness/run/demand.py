"""From settings to what a run asks for: plans and traces read, each mistake one line that names the flag."""

from collections.abc import Sequence

from profiles import ProfileError
from profiles.files import locate, read_text

from ..load.arrivals import POISSON, Arrivals, arrivals_of
from ..load.demand import ByRate, ByTrace, ByUsers, Demand
from ..load.grammar import plan_of
from ..load.plan import Plan
from ..load.replay import replayed
from ..load.trace import Row, rows_of
from .settings import RunSettings, SettingError


def demand_of(settings: RunSettings, rows: Sequence[Row] | None = None) -> Demand | None:
    """What these settings ask for; None where a number of users ask all the time.

    A trace is read from its file unless its `rows` are given. Raises SettingError.
    """
    if settings.users_plan is not None:
        return ByUsers(_until(plan_from(settings.users_plan, "--users"), settings))
    if settings.rate is not None:
        return ByRate(
            _until(plan_from(settings.rate, "--rate"), settings), arrivals_from(settings.arrivals), settings.seed or 0
        )
    if settings.trace is not None:
        return _by_trace(settings, rows_from(settings.trace) if rows is None else rows)
    return None


def plan_from(text: str, flag: str) -> Plan:
    """The plan that a flag says. Raises SettingError."""
    try:
        return plan_of(text)
    except ValueError as error:
        raise SettingError(flag, str(error)) from None


def rows_from(name_or_path: str) -> tuple[Row, ...]:
    """The requests of a shipped trace or a file. Raises SettingError with the line that cannot be read."""
    try:
        path = locate("traces", name_or_path)
        return rows_of(read_text(path).split("\n"))  # splitlines breaks at characters that JSON allows inside of texts
    except ProfileError as error:
        raise SettingError("--trace", str(error)) from None
    except ValueError as error:
        raise SettingError("--trace", f"{name_or_path}: {error}") from None


def arrivals_from(text: str | None) -> Arrivals:
    """What --arrivals says. Raises SettingError."""
    try:
        return POISSON if text is None else arrivals_of(text)
    except ValueError as error:
        raise SettingError("--arrivals", str(error)) from None


def _until(plan: Plan, settings: RunSettings) -> Plan:
    return plan if settings.run_time_s is None else plan.until(settings.run_time_s)


def _by_trace(settings: RunSettings, rows: Sequence[Row]) -> ByTrace:
    speed, rate = settings.trace_speed or 1.0, settings.trace_rate or 1.0
    kept = replayed(rows, speed=speed, rate=rate, seed=settings.seed or 0)
    demand = ByTrace.of(kept) if settings.run_time_s is None else ByTrace.of(kept, settings.run_time_s)
    if not demand.rows:
        raise SettingError("--trace-rate", f"{rate:g} keeps none of the {len(rows)} requests; write a larger share")
    return demand
