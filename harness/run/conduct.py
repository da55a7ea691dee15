"""A run from its settings to its exit code."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from ..client.endpoint import Endpoint
from ..gate.abort import Aborts
from ..mock.control import MockControl
from ..report.live import LiveLine
from ..workload import Workload
from .asked import Asked
from .caps import check_bounded, check_capped
from .commands import environ_of
from .complaints import complaint
from .course import Terms
from .crew import Crew
from .demand import demand_of
from .endpoint import endpoint_of, kind_of, shown, trust_of
from .exits import Exit, exit_of
from .folder import RunFolder
from .gates import Gates, names_ahead
from .known import known
from .load import Load
from .parts import read_again
from .phase_watch import PhaseWatch
from .ports import check_answering, check_free
from .preflight import Precautions, Preflight, check_agreeable, preflight
from .process import Children
from .reports import Making, conclude
from .results import Results
from .settings import RunSettings, SettingError
from .supervise import Ending, interrupts, supervise
from .tail import Tails
from .watching import Watching

LOCUST_FLAGS: Final = "flags after --"
NO_PRECAUTIONS: Final = Precautions()
NO_GATES: Final = Gates()
ALL_FILES: Final = Making()


def conduct(
    settings: RunSettings,
    crew: Crew,
    out: Path | None,
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    console: Console,
    gates: Gates = NO_GATES,
    making: Making = ALL_FILES,
    precautions: Precautions = NO_PRECAUTIONS,
) -> Exit:
    """Run the load, show how it goes, and leave the run folder behind.

    Raises SettingError or ProfileError for what cannot be run, and NoServerError, all before any load.
    """
    endpoint, workload = checked(settings, crew, environ, precautions, gates)
    say = partial(console.print, soft_wrap=True, highlight=False, markup=False)
    before = preflight(settings, endpoint, workload, precautions, say=say, ask=console.input)
    folder = prepare(
        settings, crew, out, shown(argv, endpoint), endpoint=endpoint, workload=workload, before=before, gates=gates
    )
    console.print(f"run folder: {folder.path}", soft_wrap=True, highlight=False, markup=False)
    results = Results.of_run(folder.run())
    ending, load = _watched(settings, crew, folder, results, environ, before=before, gates=gates, console=console)
    if crew.locust_flags and (why := complaint(folder.locust_log, ending)):
        raise SettingError(LOCUST_FLAGS, why)
    facts = known(settings, crew, ending, results, environ, load=load, run=folder.run())
    summary = results.concluded(folder, partial(read_again, folder, say), **facts)
    results.show(console, summary, folder)
    conclude(folder, results, summary, making, say)
    return Exit.INTERRUPTED if ending.interrupted else exit_of(summary)


def checked(
    settings: RunSettings,
    crew: Crew,
    environ: Mapping[str, str],
    precautions: Precautions = NO_PRECAUTIONS,
    gates: Gates = NO_GATES,
) -> tuple[Endpoint, Workload]:
    """Check all that can be checked before anything is sent. Raises SettingError, ProfileError, NoServerError."""
    endpoint = endpoint_of(settings, environ)
    trust_of(settings)
    workload = Workload.load(settings.workload or "", seed=settings.seed, model=settings.model)
    check_capped(settings, endpoint.target)
    check_bounded(settings, workload)
    check_agreeable(settings, endpoint, precautions)
    crew.check(settings)
    gates.check(names_ahead(settings, workload, crew), workload)
    if crew.awaited:
        check_free(crew.bind, "--bind")
    if crew.web is not None:
        check_free(crew.web, "--web-port")
    check_answering(endpoint)
    return endpoint, workload


def after(settings: RunSettings, before: Preflight) -> RunSettings:
    """What the load is told: the budget without what the preflight took of it."""
    left = settings.caps.less(before.cost)
    return replace(settings, max_cost_usd=left.cost_usd, max_requests=left.requests, max_tokens_total=left.tokens)


def prepare(
    settings: RunSettings,
    crew: Crew,
    out: Path | None,
    command: Sequence[str],
    *,
    endpoint: Endpoint,
    workload: Workload,
    before: Preflight,
    gates: Gates,
) -> RunFolder:
    """Make the run folder; `command` holds no secret."""
    now = time.time()
    folder = RunFolder.create(out, workload.name, now)
    facts = dict([*_facts(crew, endpoint, workload), *gates.facts(workload)])
    if before.facts is not None:
        facts["preflight"] = before.facts
    asked = Asked.of(workload.run, workload.name).settled(settings)
    folder.start(replace(asked, target=kind_of(settings, endpoint.target)), command, now, **facts)
    return folder


def _facts(crew: Crew, endpoint: Endpoint, workload: Workload) -> Iterator[tuple[str, Any]]:
    """What run.json says only where there is something to say."""
    if crew.has_master or crew.labels:
        yield "crew", crew.to_dict()
    if endpoint.proxy is not None:
        yield "proxy", str(endpoint.proxy)
    if workload.max_tokens:
        yield "max_tokens", workload.max_tokens


def _watched(
    settings: RunSettings,
    crew: Crew,
    folder: RunFolder,
    results: Results,
    environ: Mapping[str, str],
    *,
    gates: Gates,
    before: Preflight,
    console: Console,
) -> tuple[Ending, Load]:
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
            budget_usd=settings.max_cost_usd,
            demand=demand_of(settings) if line.draws else None,
            phase=_phase(settings, folder, environ, stack) if line.draws else None,
        )
        load = Load(
            after(settings, before),
            crew,
            folder,
            results,
            children,
            tails,
            line,
            watching,
            aborts=Aborts(gates.abort_on, results.folds.objectives),
            before=before.cost,
        )
        load.launch()
        ending = supervise(children, noted, terms, heard=load.heard, tick=load.tick, say=line.say)
        load.tick(0.0, ())
    return ending, load


def _phase(
    settings: RunSettings, folder: RunFolder, environ: Mapping[str, str], stack: ExitStack
) -> Callable[[], str | None] | None:
    """Asks which phase the mock is in; None where the target is none."""
    if folder.run()["settings"].get("target") != "mock":
        return None
    watch = stack.enter_context(PhaseWatch.of(MockControl.at(settings.host, environ)))
    return lambda: watch.now
