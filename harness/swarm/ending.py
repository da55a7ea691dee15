"""Ending a test from inside."""

from typing import Any, Final

from locust.env import Environment
from locust.runners import WorkerRunner

EXIT_USAGE: Final = 2
EXIT_INVALID: Final = 3


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
