"""The run that is going on in a Locust environment, where users find it."""

from locust.env import Environment
from locust.exception import StopTest

from .ongoing import OngoingRun

_ATTRIBUTE = "harness_run"


def run_of(environment: Environment) -> OngoingRun:
    """The run that is going on in this environment. Raises StopTest when Locust has not started one."""
    run: OngoingRun | None = getattr(environment, _ATTRIBUTE, None)
    if run is None:
        raise StopTest("ChatUser works in tests that Locust starts (locust -f ...), where events.test_start fires")
    return run


def attach(environment: Environment, run: OngoingRun) -> None:
    """From now on this is the environment's run."""
    setattr(environment, _ATTRIBUTE, run)
