"""The estimate of a run, from its workload alone or from a run that was made of it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Any, Final

from profiles.files import locate, read_toml
from profiles.schema.limits import LimitsFile
from profiles.schema.reading import validated

from ..load.demand import ByTrace, ByUsers
from ..money.estimate import Estimate, PerSession, Use, cycle_s, peaks, uses
from ..money.measured import CASE, measured
from ..workload import Workload
from ..workload.appetite import CASES, TYPICAL_TOKENS, Appetite, appetites
from .demand import demand_of, plan_from
from .folder import RunFolder
from .pricing import catalogue_of
from .settings import RunSettings, SettingError

_DRAWN: Final = 200
_SLOWNESS: Final = {"low": 2.0, "expected": 1.0, "worst": 0.5}
"""How long answers take beside what is assumed: users who wait for each other ask less of a slow server."""
ASSUMED: Final = (
    f"assumed: answers of {TYPICAL_TOKENS} tokens where max_tokens only bounds them (low: 50; worst: all of it), "
    "0.5 s + 13 ms a token each (low: twice, worst: half as long), no retries; a rehearsal measures them"
)
FOUND: Final = "as in the run that was measured, its retries included"


@dataclass(frozen=True, slots=True)
class Volume:
    """How many sessions a run has, and how many begin in its busiest minute."""

    sessions: float
    peak_per_min: float


def from_workload(settings: RunSettings, workload: Workload, limits: LimitsFile | None = None) -> Estimate:
    """The estimate of a run with these settings, by what its sessions say. Raises SettingError."""
    catalogue = catalogue_of(settings)
    drawn = [workload.session(index) for index in range(_DRAWN)]
    classes = appetites(drawn, catalogue, settings.model or workload.run.model)
    cases: dict[str, Sequence[Use]] = {}
    volumes: dict[str, Volume] = {}
    for case in CASES:
        volumes[case] = _volume(settings, classes, case)
        needed = _traced(settings, [_per_session(each, case) for each in classes])
        cases[case] = uses(needed, volumes[case].sessions, catalogue)
    busiest = _traced(settings, [_per_session(each, "expected") for each in classes])
    return Estimate(cases=cases, peaks=peaks(busiest, volumes["expected"].peak_per_min, catalogue, limits))


def from_run(settings: RunSettings, folder: RunFolder, limits: LimitsFile | None = None) -> Estimate:
    """The estimate of a run with these settings, by what sessions took in another one. Raises SettingError."""
    catalogue, run = catalogue_of(settings), folder.run()
    try:
        found = measured(folder.records(), settings.model)
    except ValueError as error:
        raise SettingError("--from", f"{folder.path} {error}") from None
    demand = demand_of(settings)
    if demand is None or isinstance(demand, ByUsers):
        there_s = _there_s(run["settings"], found.lasted_s)
        if not there_s:
            raise SettingError("--from", f"{folder.path} does not tell what a user does in a minute; say --rate")
        volume = _by_users(settings, there_s / found.sessions)
    else:
        volume = _by_arrivals(settings)
    volume = _bounded(volume, settings, sum(each.share * each.calls for each in found.classes))
    return Estimate(
        cases={CASE: uses(found.classes, volume.sessions, catalogue)},
        peaks=peaks(_bound(found.classes, run), volume.peak_per_min, catalogue, limits),
    )


def _bound(classes: Sequence[PerSession], run: Mapping[str, Any]) -> list[PerSession]:
    """The classes of a run with what bounded their answers, as far as its run.json says."""
    limits = run.get("max_tokens", {})
    return [replace(each, bound=limits[each.name] * each.calls if each.name in limits else None) for each in classes]


def _there_s(made: Mapping[str, Any], lasted_s: float) -> float:
    """How long the users of a run with these settings were there, all of them together; 0 where arrivals decided."""
    if made.get("rate") or made.get("trace"):
        return 0.0
    if (plan := made.get("users_plan")) is not None:
        return plan_from(plan, "--users").total(0.0, min(lasted_s, made.get("run_time_s", math.inf)))
    return lasted_s * (made.get("users") or 0)


def limits_of(name_or_path: str | None) -> LimitsFile | None:
    """The limits profile of that name or path. Raises ProfileError."""
    if name_or_path is None:
        return None
    return validated(LimitsFile, name_or_path, read_toml(locate("limits", name_or_path)))


def _volume(settings: RunSettings, classes: Sequence[Appetite], case: str) -> Volume:
    demand = demand_of(settings)
    if demand is None or isinstance(demand, ByUsers):
        # How long a session takes follows from answers as long as usual, whatever they are counted as at worst.
        lasts_s = sum(
            each.share
            * cycle_s(each.calls, _pause_s(settings, each), each.needs["expected"].completion, _SLOWNESS[case])
            for each in classes
        )
        volume = _by_users(settings, lasts_s)
    else:
        volume = _by_arrivals(settings)
    calls = 1.0 if isinstance(demand, ByTrace) else sum(each.share * each.calls for each in classes)
    return _bounded(volume, settings, calls)


def _by_users(settings: RunSettings, lasts_s: float) -> Volume:
    """Users who begin a session whenever the last one is over, each taking so long."""
    demand = demand_of(settings)
    if isinstance(demand, ByUsers):
        return Volume(demand.plan.total() / lasts_s, 60 * demand.plan.peak / lasts_s)
    users = settings.users or 1
    run_time_s = math.inf if settings.run_time_s is None else settings.run_time_s
    return Volume(users * max(run_time_s / lasts_s, 1.0), 60 * users / lasts_s)


def _by_arrivals(settings: RunSettings) -> Volume:
    demand = demand_of(settings)
    if isinstance(demand, ByTrace):
        minutes: dict[int, int] = {}
        for row in demand.rows:
            minutes[int(row.at_s // 60)] = minutes.get(int(row.at_s // 60), 0) + 1
        return Volume(len(demand.rows), max(minutes.values()))
    if demand is None or isinstance(demand, ByUsers):
        raise TypeError("users do not arrive")
    return Volume(demand.plan.total(), 60 * demand.plan.peak)


def _bounded(volume: Volume, settings: RunSettings, calls: float) -> Volume:
    """No more than --requests; without it a run needs an end."""
    sessions = volume.sessions if settings.requests is None else min(volume.sessions, settings.requests / calls)
    if math.isinf(sessions):
        raise SettingError("--run-time", "missing; an estimate needs an end, or --requests")
    return Volume(sessions, min(volume.peak_per_min, sessions))


def _pause_s(settings: RunSettings, each: Appetite) -> float:
    return each.pause_s if settings.think_time_s is None else settings.think_time_s * each.calls


def _per_session(each: Appetite, case: str) -> PerSession:
    need = each.needs[case]
    return PerSession(
        name=each.name,
        model=each.model,
        share=each.share,
        calls=each.calls,
        prompt=need.prompt,
        cached=need.cached,
        completion=need.completion,
        reasoning=need.reasoning,
        bound=each.needs["worst"].completion,
    )


def _traced(settings: RunSettings, classes: Sequence[PerSession]) -> Sequence[PerSession]:
    """What a trace makes of it: one request a session, as long as the trace says."""
    demand = demand_of(settings)
    if not isinstance(demand, ByTrace):
        return classes
    prompts = [row.prompt_tokens for row in demand.rows if row.prompt_tokens is not None]
    completions = [row.completion_tokens for row in demand.rows if row.completion_tokens is not None]
    known: Mapping[str, float] = {
        **({"prompt": fmean(prompts)} if prompts else {}),
        **({"completion": fmean(completions)} if completions else {}),
    }
    return [_single(each, known) for each in classes]


def _single(each: PerSession, known: Mapping[str, float]) -> PerSession:
    return PerSession(
        name=each.name,
        model=each.model,
        share=each.share,
        calls=1.0,
        prompt=known.get("prompt", each.prompt / each.calls),
        cached=0.0,
        completion=known.get("completion", each.completion / each.calls),
        reasoning=each.reasoning / each.calls,
        bound=known.get("completion", (each.bound or each.completion) / each.calls),
    )
