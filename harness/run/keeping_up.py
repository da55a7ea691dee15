"""Whether those who measure kept up with the load: the harness's own processes, and the mock that was its target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..measure.watch import MockSecond, Watched, bottlenecks, mock_bottleneck
from ..mock.control import MockControl, MockError
from .proven import Proven
from .settings import RunSettings


@dataclass(slots=True)
class KeptUp:
    """What is held against a run because of those who measured, what is only to be said, and how the mock kept up."""

    why_not: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    mock_seconds: list[MockSecond] = field(default_factory=list)


def kept_up(
    settings: RunSettings,
    parts: Sequence[Watched],
    *,
    at_once: int,
    workers: int,
    began_at: float,
    environ: Mapping[str, str],
    against_mock: bool,
) -> KeptUp:
    """The verdict on a run that began then (epoch seconds), from what its processes saw of themselves.

    `at_once` is how many requests there were at once, at most.
    """
    found = KeptUp(why_not=bottlenecks(parts))
    proven = Proven.read(environ)
    warning = None if proven is None else proven.warning(at_once, workers)
    if warning is not None:
        found.notes.append(warning)
    if against_mock:
        _ask(MockControl.at(settings.host, environ), began_at, found)
    return found


def _ask(mock: MockControl, began_at: float, found: KeptUp) -> None:
    try:
        found.mock_seconds = mock.health(began_at)
    except MockError as error:
        found.notes.append(f"whether the server kept up is not known: {error}")
        return
    said, often = mock_bottleneck(found.mock_seconds)
    if said is not None:
        (found.why_not if often else found.notes).append(said)
