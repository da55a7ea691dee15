"""Ending a test from inside."""

import logging
from dataclasses import asdict
from typing import Any, Final

import gevent
from locust.env import Environment
from locust.runners import WorkerRunner

from ..measure.summary import Summary
from ..report.slo import sentence
from ..run.exits import worst
from ..run.said import Unwritable
from .parent import Parent

EXIT_USAGE: Final = 2
EXIT_INVALID: Final = 3

_log = logging.getLogger("harness")


def end(environment: Environment, code: int | None = None) -> None:
    """End the test, and the process too where nobody is left who could start another; `code` is its exit code then."""
    runner, options = environment.runner, environment.parsed_options
    if runner is None or options is None:
        return
    if code is not None:
        environment.process_exit_code = code
    if options.headless or options.supervised or isinstance(runner, WorkerRunner):
        runner.quit()
        web_ui: Any = environment.web_ui
        if web_ui is not None:
            web_ui.stop()
    else:
        runner.stop()


def end_judged(environment: Environment, summary: Summary) -> None:
    """Say what became of the SLOs of a test, and have the process end with the worst of its tests."""
    for result in summary.slo:
        _log.log(logging.INFO if result.held else logging.ERROR, "%s", sentence(result))
    environment.process_exit_code = worst(environment.process_exit_code, summary)


def end_stopped(environment: Environment, parent: Parent, why: str) -> None:
    """Nothing that could still be asked would come to any good: say why, in a line, and end the test.

    Under a parent the exit code is the parent's to choose.
    """
    _log.error("%s", why)
    parent.say({"event": "stopped", "why": why})
    gevent.spawn(end, environment, None if parent.is_there else EXIT_INVALID)


def end_aborted(environment: Environment, why: str) -> None:
    """A condition holds on which the test was to end early: say so, and end it."""
    _log.error("aborting, %s: requests in flight have %g s to finish", why, environment.stop_timeout or 0)
    gevent.spawn(end, environment)


def end_unwritable(environment: Environment, parent: Parent, error: OSError) -> None:
    """Records cannot be kept any more, because of an error that names the file: say so, and end the test."""
    said = Unwritable.of(error)
    _log.error("%s cannot be written (%s): ending the run", said.path, said.why)
    parent.say({"event": "unwritable", **asdict(said)})
    gevent.spawn(end, environment, EXIT_INVALID)
