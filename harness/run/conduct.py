"""A run from its settings to its exit code."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from ..client.endpoint import Endpoint
from ..gate.abort import Aborts
from ..load.fed import Fed, shortage, together
from ..measure.watch import Watched
from ..mock.control import MockControl
from ..report.live import LiveLine
from ..workload import Workload
from .asked import Asked
from .commands import environ_of
from .complaints import complaint
from .course import Terms
from .crew import Crew
from .demand import demand_of
from .endpoint import endpoint_of, kind_of, shown, trust_of
from .exits import Exit, exit_of
from .folder import RunFolder
from .gates import Gates, names_ahead
from .keeping_up import kept_up
from .load import Load
from .losses import losses
from .phase_watch import PhaseWatch
from .phases import phases_of
from .ports import check_answering, check_free
from .process import Children
from .reports import Making, conclude
from .results import Results
from .settings import RunSettings, SettingError
from .supervise import Ending, interrupts, supervise
from .tail import Tails
from .watching import Watching

LOCUST_FLAGS: Final = "flags after --"


def conduct(
    settings: RunSettings,
    crew: Crew,
    out: Path | None,
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    gates: Gates,
    console: Console,
    making: Making,
) -> Exit:
    """Run the load, show how it goes, and leave the run folder behind.

    Raises SettingError or ProfileError for what cannot be run, and NoServerError, all before any load.
    """
    folder = prepare(settings, crew, out, argv, environ, gates=gates)
    console.print(f"run folder: {folder.path}", soft_wrap=True, highlight=False, markup=False)
    results = Results()
    ending = _watched(settings, crew, folder, results, environ, gates=gates, console=console)
    if crew.locust_flags and (why := complaint(folder.locust_log, ending)):
        raise SettingError(LOCUST_FLAGS, why)
    fed = together([event for event in ending.events if isinstance(event, Fed)])
    watched = [event for event in ending.events if isinstance(event, Watched)]
    run = folder.run()
    against_mock = run["settings"].get("target") == "mock"
    kept = kept_up(
        settings,
        watched,
        at_once=(settings.users or 0) if fed is None else fed.needed,
        workers=crew.workers,
        began_at=run["started_at"],
        environ=environ,
        against_mock=against_mock,
    )
    ended_at = time.time()
    mock = MockControl.at(settings.host, environ)
    phases = phases_of(mock, run["started_at"], ended_at) if against_mock else []
    summary = results.concluded(
        folder,
        ended_at=ended_at,
        interrupted=ending.interrupted,
        why_not=[*ending.why_not, *losses(ending, results.by_worker), *kept.why_not, *shortage(fed)],
        notes=kept.notes,
        watched=[part.to_dict() for part in watched],
        **({"aborted": ending.aborted} if ending.aborted else {}),
        **({"mock_seconds": [asdict(second) for second in kept.mock_seconds]} if kept.mock_seconds else {}),
        **({} if fed is None else {"open_loop": fed.to_dict()}),
        **({"phases": [phase.to_dict() for phase in phases]} if phases else {}),
    )
    results.show(console, summary, folder)
    conclude(folder, results, summary, making, partial(console.print, soft_wrap=True, highlight=False, markup=False))
    return Exit.INTERRUPTED if ending.interrupted else exit_of(summary)


def prepare(
    settings: RunSettings,
    crew: Crew,
    out: Path | None,
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    gates: Gates,
) -> RunFolder:
    """Check everything that can be checked before any load, then make the run folder."""
    endpoint = endpoint_of(settings, environ)
    trust_of(settings)
    workload = Workload.load(settings.workload or "", seed=settings.seed, model=settings.model)
    crew.check(settings)
    gates.check(names_ahead(settings, workload, crew), workload)
    if crew.awaited:
        check_free(crew.bind, "--bind")
    if crew.web is not None:
        check_free(crew.web, "--web-port")
    check_answering(endpoint)
    now = time.time()
    folder = RunFolder.create(out, workload.name, now)
    facts = dict([*_facts(crew, endpoint, workload), *gates.facts(workload)])
    asked = Asked.of(workload.run, workload.name).settled(settings)
    folder.start(replace(asked, target=kind_of(settings, endpoint.target)), shown(argv, endpoint), now, **facts)
    return folder


def _facts(crew: Crew, endpoint: Endpoint, workload: Workload) -> Iterator[tuple[str, Any]]:
    """What run.json says only where there is something to say."""
    if crew.has_master or crew.labels:
        yield "crew", crew.to_dict()
    if endpoint.proxy is not None:
        yield "proxy", str(endpoint.proxy)
    if limits := {table.name: table.max_tokens for table in workload.classes if table.max_tokens is not None}:
        yield "max_tokens", limits


def _watched(
    settings: RunSettings,
    crew: Crew,
    folder: RunFolder,
    results: Results,
    environ: Mapping[str, str],
    *,
    gates: Gates,
    console: Console,
) -> Ending:
    """Run the load processes, taking in their records as they come; on return they are gone and all are in."""
    terms = Terms(
        run_time_s=None if settings.is_planned else settings.run_time_s,
        stop_timeout_s=settings.stop_timeout_s,
        patient=crew.awaited > 0,
    )
    with ExitStack() as stack:
        noted = stack.enter_context(interrupts())
        line = stack.enter_context(LiveLine(console))
        tails = stack.enter_context(Tails(folder.record_files))
        children = stack.enter_context(Children(folder.locust_log, environ_of(settings.headers, environ)))
        watching = Watching(
            settings,
            elsewhere=crew.awaited > 0,
            demand=demand_of(settings) if line.draws else None,
            phase=_phase(settings, folder, environ, stack) if line.draws else None,
        )
        load = Load(settings, crew, folder, results, children, tails, line, watching, Aborts(gates.abort_on))
        load.launch()
        ending = supervise(children, noted, terms, heard=load.heard, tick=load.tick, say=line.say)
        load.tick(0.0, ())
    return ending


def _phase(
    settings: RunSettings, folder: RunFolder, environ: Mapping[str, str], stack: ExitStack
) -> Callable[[], str | None] | None:
    """Asks which phase the mock is in; None where the target is none."""
    if folder.run()["settings"].get("target") != "mock":
        return None
    watch = stack.enter_context(PhaseWatch.of(MockControl.at(settings.host, environ)))
    return lambda: watch.now
