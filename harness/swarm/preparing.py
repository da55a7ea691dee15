"""What every kind of process does before its test begins: read the settings, check them, make the folder."""

import gc
import inspect
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from locust.env import Environment

from ..run.asked import Asked
from ..run.caps import check_bounded, check_capped
from ..run.endpoint import endpoint_of, kind_of, shown, trust_of
from ..run.folder import RunFolder
from ..run.gates import Gates, names_ahead
from ..run.settings import RunSettings, SettingError
from ..workload import Workload
from .arguments import settings_of

OWN_USERS: Final = "locust"
"""What a run of somebody's own users is called where a workload's name would stand."""

_COLLECT_EVERY: Final = (200_000, 20, 50)


def checked_settings(environment: Environment, options: Namespace, environ: Mapping[str, str]) -> RunSettings:
    """The settings of the test that Locust is about to start. Raises SettingError for what cannot be run."""
    hosts = [host for c in environment.user_classes if (host := environment.host or c.host)]
    if not hosts:
        raise SettingError("--host", "missing; write for example --host http://127.0.0.1:8000")
    settings = settings_of(options, hosts[0], environ)
    for host in hosts:
        check_capped(settings, endpoint_of(replace(settings, host=host), environ).target)
    trust_of(settings)
    return settings


def named_workload(flags: RunSettings) -> tuple[RunSettings, Workload | None]:
    """The workload that the flags name, None for somebody's own users, and what it makes of what they left open.

    Raises ProfileError, and SettingError for one that no cap can hold.
    """
    if not flags.workload:
        return flags, None
    workload = Workload.load(flags.workload, seed=flags.seed, model=flags.model)
    check_bounded(flags, workload)
    return filled(flags, workload), workload


def filled(flags: RunSettings, workload: Workload) -> RunSettings:
    """What a workload makes of what the flags left open; users and times are Locust's own. Raises ProfileError."""
    return Asked.of(workload.run, workload.name).filled(flags)


def gates_of(options: Namespace) -> Gates:
    """What the run is held against, and ended on, here: nothing where `harness run` does that. Raises SettingError."""
    return Gates() if options.supervised else Gates.of(options.slo or (), options.abort_on or (), options.goodput or ())


def run_folder(
    options: Namespace, settings: RunSettings, workload: Workload | None, environ: Mapping[str, str], now: float
) -> RunFolder:
    """The folder that `harness run` made, or a new one where nobody did. Raises SettingError."""
    if options.supervised:
        return RunFolder(Path(options.out))
    gates = gates_of(options)
    gates.check(names_ahead(settings, workload, None), workload)
    name = OWN_USERS if workload is None else workload.name
    folder = RunFolder.create(Path(options.out) if options.out else None, name, now)
    endpoint = endpoint_of(settings, environ)
    asked = settings if workload is None else Asked.of(workload.run, workload.name).settled(settings)
    facts = dict(gates.facts(workload))
    if workload is not None and workload.max_tokens:
        facts["max_tokens"] = workload.max_tokens
    folder.start(replace(asked, target=kind_of(settings, endpoint.target)), shown(sys.argv, endpoint), now, **facts)
    return folder


def undisturbed() -> None:
    """Have nothing stop the process for long while there is load.

    The garbage collector looks seldom, and never again at what is there before the load. A full collection stops every
    user at once: 70 to 130 ms of TTFT with the defaults, measured with 200 streams. Even one of the youngest objects
    takes 40 ms with 1,000 streams, since it goes through what all of them hold; what it finds is next to nothing, since
    what an attempt leaves behind has no cycles.

    Locust asks for its stack when it ends the load. Whoever is the first to ask has Python look up the files of all
    modules, 50 to 100 ms in which nobody reads what has arrived.
    """
    inspect.stack()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_EVERY)
