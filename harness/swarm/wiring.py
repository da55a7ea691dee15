"""Where the harness hooks into Locust: its arguments, and the begin and end of a test."""

import gc
import logging
import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gevent
import orjson
from gevent.os import nb_read
from gevent.socket import wait_read
from locust import events
from locust.env import Environment
from locust.exception import StopTest
from locust.runners import MasterRunner

from profiles import ProfileError

from ..run.endpoint import endpoint_of, kind_of, shown, trust_of
from ..run.folder import RunFolder
from ..run.results import Results
from ..run.settings import RunSettings, SettingError
from ..workload import Workload
from .arguments import add_run_arguments, add_workload_arguments, settings_of
from .ongoing import OngoingRun, begin

STATUS_EVERY_S = 0.5
COLLECT_EVERY = (10_000, 20, 50)
EXIT_USAGE = 2
OWN_USERS = "locust"
"""What a run of somebody's own users is called where a workload's name would stand."""

_ATTRIBUTE = "harness_run"
_log = logging.getLogger("harness")


def run_of(environment: Environment) -> OngoingRun:
    """The run that is going on in this environment. Raises StopTest when Locust has not started one."""
    run: OngoingRun | None = getattr(environment, _ATTRIBUTE, None)
    if run is None:
        raise StopTest("ChatUser works in tests that Locust starts (locust -f ...), where events.test_start fires")
    return run


def offer_workload_arguments() -> None:
    """Have Locust offer --workload and --think-time too: for the Locust file that runs workloads."""
    hook: Any = events.init_command_line_parser
    hook.add_listener(lambda parser, **_: add_workload_arguments(parser))


def _offer_arguments(parser: ArgumentParser, **_: Any) -> None:
    add_run_arguments(parser)


def _own_no_time(environment: Environment, **_: Any) -> None:
    """Under `harness run` the parent owns the time: a run time from some locust.conf must not end the test."""
    if environment.parsed_options is not None and environment.parsed_options.supervised:
        environment.parsed_options.run_time = None


def _begin(environment: Environment, **_: Any) -> None:
    options = environment.parsed_options
    if options is None or isinstance(environment.runner, MasterRunner):
        return
    try:
        run = _begun(environment, options)
    except (SettingError, ProfileError) as error:
        _log.error("%s", error)
        environment.process_exit_code = EXIT_USAGE
        gevent.spawn(_end, environment)
        # Ends the greenlet that would spawn users next, without the stack trace that StopTest would print here.
        raise gevent.GreenletExit from None
    setattr(environment, _ATTRIBUTE, run)
    _quiet_collector()
    if options.supervised:
        gevent.spawn(_report_status, environment)
        gevent.spawn(_hold_leash, environment)
    else:
        _log.info("records go to %s", run.folder.records_jsonl)


def _quiet_collector() -> None:
    """Have the garbage collector look seldom, and never again at what is there before the load.

    A full collection stops every user at once: 70 to 130 ms of TTFT with the defaults, measured with 200 streams.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_EVERY)


def _begun(environment: Environment, options: Namespace) -> OngoingRun:
    hosts = [host for c in environment.user_classes if (host := environment.host or c.host)]
    if not hosts:
        raise SettingError("--host", "missing; write for example --host http://127.0.0.1:8000")
    settings = settings_of(options, hosts[0], os.environ)
    for host in hosts:
        endpoint_of(replace(settings, host=host), os.environ)
    trust_of(settings)
    workload = Workload.load(settings.workload, seed=settings.seed) if settings.workload else None
    folder = RunFolder(Path(options.out)) if options.supervised else _own_folder(settings, workload, options.out)
    return begin(settings, workload, folder, os.environ, lambda: gevent.spawn(_end, environment))


def _own_folder(settings: RunSettings, workload: Workload | None, out: str) -> RunFolder:
    now = time.time()
    folder = RunFolder.create(Path(out) if out else None, OWN_USERS if workload is None else workload.name, now)
    endpoint = endpoint_of(settings, os.environ)
    folder.start(replace(settings, target=kind_of(settings, endpoint.target)), shown(sys.argv, endpoint), now)
    return folder


def _drain(environment: Environment, **_: Any) -> None:
    """Fires before Locust stops the first user."""
    run: OngoingRun | None = getattr(environment, _ATTRIBUTE, None)
    if run is not None:
        run.draining.set()


def _finish(environment: Environment, **_: Any) -> None:
    """Fires when every user of this process is gone. Under `harness run` the parent makes the summary."""
    run: OngoingRun | None = getattr(environment, _ATTRIBUTE, None)
    options = environment.parsed_options
    if run is None or options is None or not run.finish() or options.supervised:
        return
    run.folder.add_to_run(ended_at=time.time())
    Results.of(run.folder.records()).written(run.folder)
    _log.info("the run is in %s; to see it: harness report %s", run.folder.path, run.folder.path)


def _end(environment: Environment) -> None:
    """End the test, and the process too where nobody is left who could start another."""
    runner, options = environment.runner, environment.parsed_options
    if runner is None or options is None:
        return
    if options.headless:
        runner.quit()
    else:
        runner.stop()


def _hold_leash(environment: Environment) -> None:
    """End the test when standard input closes: the parent drains, or is dead."""
    stdin = sys.stdin.fileno()
    while True:
        wait_read(stdin)
        if not nb_read(stdin, 1):
            break
    _end(environment)


def _report_status(environment: Environment) -> None:
    """Tell the parent how it stands, for as long as it listens."""
    runner = environment.runner
    while runner is not None:
        line = orjson.dumps({"state": runner.state, "users": runner.user_count})
        try:
            os.write(sys.stdout.fileno(), line + b"\n")
        except OSError:
            return
        gevent.sleep(STATUS_EVERY_S)


_LISTENERS: tuple[tuple[Any, Callable[..., None]], ...] = (
    (events.init_command_line_parser, _offer_arguments),
    (events.init, _own_no_time),
    (events.test_start, _begin),
    (events.test_stopping, _drain),
    (events.test_stop, _finish),
)
for _hook, _listener in _LISTENERS:
    _hook.add_listener(_listener)
