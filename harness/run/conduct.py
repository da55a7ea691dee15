"""A run from its settings to its exit code."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from ..client.endpoint import Endpoint
from ..load.fed import Fed, shortage, together
from ..measure.watch import Watched
from ..report.live import LiveLine
from ..workload import Workload
from .asked import Asked
from .caps import check_bounded, check_capped
from .commands import environ_of
from .complaints import complaint
from .course import Terms
from .crew import Crew
from .endpoint import endpoint_of, kind_of, shown, trust_of
from .folder import RunFolder
from .keeping_up import kept_up
from .load import Load
from .losses import losses
from .ports import check_answering, check_free
from .preflight import Precautions, Preflight, check_agreeable, preflight
from .process import Children
from .results import Results
from .settings import RunSettings, SettingError
from .supervise import Ending, interrupts, supervise
from .tail import Tails

LOCUST_FLAGS: Final = "flags after --"
NO_PRECAUTIONS: Final = Precautions()


class Exit(IntEnum):
    """The exit codes of `harness run` and `harness worker`."""

    DONE = 0
    USAGE = 2
    INVALID = 3
    INTERRUPTED = 130


def conduct(
    settings: RunSettings,
    crew: Crew,
    out: Path | None,
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    console: Console,
    precautions: Precautions = NO_PRECAUTIONS,
) -> Exit:
    """Run the load, show how it goes, and leave the run folder behind.

    Raises SettingError or ProfileError for what cannot be run, and NoServerError, all before any load.
    """
    endpoint, workload = checked(settings, crew, environ, precautions)
    say = partial(console.print, soft_wrap=True, highlight=False, markup=False)
    before = preflight(settings, endpoint, workload, precautions, say=say, ask=console.input)
    folder = prepare(settings, crew, out, shown(argv, endpoint), endpoint=endpoint, workload=workload, before=before)
    console.print(f"run folder: {folder.path}", soft_wrap=True, highlight=False, markup=False)
    results = Results()
    ending, load = _watched(settings, crew, folder, results, environ, before=before, console=console)
    if crew.locust_flags and (why := complaint(folder.locust_log, ending)):
        raise SettingError(LOCUST_FLAGS, why)
    fed = together([event for event in ending.events if isinstance(event, Fed)])
    watched = [event for event in ending.events if isinstance(event, Watched)]
    run = folder.run()
    kept = kept_up(
        settings,
        watched,
        at_once=(settings.users or 0) if fed is None else fed.needed,
        workers=crew.workers,
        began_at=run["started_at"],
        environ=environ,
        against_mock=run["settings"].get("target") == "mock",
    )
    stopped = [load.stopped] if load.stopped else []
    money = load.money
    notes = [money.note] if money is not None and money.note else []
    summary = results.concluded(
        folder,
        ended_at=time.time(),
        interrupted=ending.interrupted,
        why_not=[*stopped, *ending.why_not, *losses(ending, results.by_worker), *kept.why_not, *shortage(fed)],
        notes=[*kept.notes, *notes],
        watched=[part.to_dict() for part in watched],
        **({} if fed is None else {"open_loop": fed.to_dict()}),
        **({} if money is None else {"money": money.to_dict()}),
    )
    results.show(console, summary, folder)
    if ending.interrupted:
        return Exit.INTERRUPTED
    return Exit.DONE if summary.valid else Exit.INVALID


def checked(
    settings: RunSettings, crew: Crew, environ: Mapping[str, str], precautions: Precautions = NO_PRECAUTIONS
) -> tuple[Endpoint, Workload]:
    """Check all that can be checked before anything is sent. Raises SettingError, ProfileError, NoServerError."""
    endpoint = endpoint_of(settings, environ)
    trust_of(settings)
    workload = Workload.load(settings.workload or "", seed=settings.seed, model=settings.model)
    check_capped(settings, endpoint.target)
    check_bounded(settings, workload)
    check_agreeable(settings, endpoint, precautions)
    crew.check(settings)
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
) -> RunFolder:
    """Make the run folder; `command` holds no secret."""
    now = time.time()
    folder = RunFolder.create(out, workload.name, now)
    facts = dict(_facts(crew, endpoint, workload))
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
    if workload.goals:
        yield "slo", workload.goals


def _watched(
    settings: RunSettings,
    crew: Crew,
    folder: RunFolder,
    results: Results,
    environ: Mapping[str, str],
    *,
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
        load = Load(after(settings, before), crew, folder, results, children, tails, line, before=before.cost)
        load.launch()
        ending = supervise(children, noted, terms, heard=load.heard, tick=load.tick, say=line.say)
        load.tick(0.0, ())
    return ending, load
