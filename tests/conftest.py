"""For all tests: no property is timed, interrupts arrive, and with REQUIRE_ALL=1 no test may be skipped."""

import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("untimed", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Shells have it ignored in what they start in the background, and the commands under test would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _required(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where everything that tests want is said to be installed (`.ci/run` says so)."""
    expected_failure = hasattr(report, "wasxfail")
    if os.environ.get("REQUIRE_ALL") == "1" and report.skipped and not expected_failure:
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1 allows no skip, but {report.nodeid}: {why}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tests that skip, or are marked so."""
    report = yield
    _required(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Files that skip as a whole."""
    report = yield
    _required(report)
    return report
