"""The phases of the mock that was a run's target: asked of it afterwards, and what became of the attempts in each."""

from collections.abc import Iterable, Mapping
from typing import Any

from profiles.record import Record

from ..measure.phases import Phase, PhaseFigures, PhaseFold, during
from ..mock.control import MockControl, MockError
from .gates import kept_by


def phases_of(mock: MockControl, began_at: float, ended_at: float) -> list[Phase]:
    """The phases between two instants (epoch seconds); none where the mock has no script, or does not say.

    That it does not answer is said where it is asked whether it kept up.
    """
    try:
        return during(mock.phases(), began_at, ended_at)
    except MockError:
        return []


def phase_figures(run: Mapping[str, Any], records: Iterable[Record]) -> tuple[PhaseFigures, ...]:
    """What became of a run's attempts, phase by phase. The records are read only where run.json tells of phases."""
    phases = [Phase.from_dict(table) for table in run.get("phases", ())]
    if not phases:
        return ()
    fold = PhaseFold(phases, kept_by(run))
    for record in records:
        fold.add(record)
    return fold.figures()
