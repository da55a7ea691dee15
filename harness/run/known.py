"""What becomes known of a run once its processes have ended: by themselves, by its records, by the mock."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ..load.fed import Fed, shortage, together
from ..measure.watch import Watched
from ..mock.control import MockControl
from .crew import Crew
from .keeping_up import kept_up
from .load import Load
from .losses import losses
from .phases import phases_of
from .results import Results
from .settings import RunSettings
from .supervise import Ending


def known(
    settings: RunSettings,
    crew: Crew,
    ending: Ending,
    results: Results,
    environ: Mapping[str, str],
    *,
    load: Load,
    run: Mapping[str, Any],
) -> dict[str, Any]:
    """What run.json says of it then."""
    fed = together([event for event in ending.events if isinstance(event, Fed)])
    watched = [event for event in ending.events if isinstance(event, Watched)]
    ended_at = time.time()
    said = by_those_who_measured(
        settings, watched, fed, results, environ, run=run, workers=crew.workers, ended_at=ended_at
    )
    money = load.money
    stopped = [load.stopped] if load.stopped else []
    sometimes = {"aborted": ending.aborted, "money": None if money is None else money.to_dict()}
    return {
        "ended_at": ended_at,
        "interrupted": ending.interrupted,
        **said,
        "why_not": [*stopped, *ending.why_not, *losses(ending, results.by_worker), *said["why_not"]],
        "notes": [*said["notes"], *([money.note] if money is not None and money.note else [])],
        **{name: value for name, value in sometimes.items() if value},
    }


def by_those_who_measured(
    settings: RunSettings,
    watched: Sequence[Watched],
    fed: Fed | None,
    results: Results,
    environ: Mapping[str, str],
    *,
    run: Mapping[str, Any],
    workers: int,
    ended_at: float,
) -> dict[str, Any]:
    """What run.json says by what processes saw of themselves, by what became of an open load, and by the mock."""
    against_mock = run["settings"].get("target") == "mock"
    kept = kept_up(
        settings,
        watched,
        at_once=(settings.users or 0) if fed is None else fed.needed,
        workers=workers,
        span=results.folds.whole.span or (run["started_at"], ended_at),
        environ=environ,
        against_mock=against_mock,
    )
    mock = MockControl.at(settings.host, environ)
    phases = phases_of(mock, run["started_at"], ended_at) if against_mock else []
    sometimes: dict[str, Any] = {
        "mock_seconds": [asdict(second) for second in kept.mock_seconds],
        "open_loop": None if fed is None else fed.to_dict(),
        "phases": [phase.to_dict() for phase in phases],
    }
    return {
        "why_not": [*kept.why_not, *shortage(fed)],
        "notes": kept.notes,
        "watched": [part.to_dict() for part in watched],
        **{name: value for name, value in sometimes.items() if value},
    }
