"""The SLOs of a run as JUnit XML, for CI systems that show tests: a test case an SLO."""

import re
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from ..measure.slo_result import SloResult
from ..measure.summary import Summary
from .slo import limit, measured
from .terminal import headline

NAME: Final = "harness"
_FORBIDDEN: Final = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""What XML 1.0 cannot hold."""


def junit(summary: Summary) -> str:
    """One test suite: a failure where an SLO is broken, an error where it cannot be judged.

    A run that is not valid is one case more, with an error that says why, and so is one that was aborted, with a
    failure. The shape is that of Jenkins' junit-10.xsd, which the other systems read too.
    """
    suite = ET.Element("testsuite")
    cases = [*_of_run(summary), *(_of_slo(result, summary) for result in summary.slo)]
    suite.extend(cases)
    counted = {kind: sum(case.find(kind) is not None for case in cases) for kind in ("failure", "error")}
    run = summary.run
    suite.attrib |= {
        "name": _clean(f"{NAME} {run.get('settings', {}).get('workload') or 'own users'}"),
        "tests": str(len(cases)),
        "failures": str(counted["failure"]),
        "errors": str(counted["error"]),
        "skipped": "0",
        "time": f"{run['ended_at'] - run['started_at']:.3f}" if {"ended_at", "started_at"} <= run.keys() else "0",
    }
    if "started_at" in run:
        suite.set("timestamp", datetime.fromtimestamp(run["started_at"], tz=UTC).strftime("%Y-%m-%dT%H:%M:%S"))
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _of_run(summary: Summary) -> list[ET.Element]:
    """The run as a whole: whether it proves anything, and went to its end."""
    case = ET.Element("testcase", {"classname": NAME, "name": "the run is valid", "time": "0"})
    if not summary.valid:
        _add(case, "error", "not a valid run", "\n".join(summary.why_not))
    elif summary.aborted is not None:
        _add(case, "failure", "aborted", summary.aborted)
    told = ET.SubElement(case, "system-out")
    told.text = _clean("\n".join([headline(summary.run, summary.loop), *summary.notes]))
    return [case]


def _of_slo(result: SloResult, summary: Summary) -> ET.Element:
    scope = "whole" if result.scope is None else result.scope
    case = ET.Element("testcase", {"classname": _clean(f"{NAME}.{scope}"), "name": _clean(result.slo), "time": "0"})
    said = f"{'' if result.held is None else 'measured '}{measured(result)}, limit {limit(result)}"
    if not summary.valid:
        _add(case, "error", "not a valid run", said)
    elif result.held is None:
        _add(case, "error", "cannot be judged", said)
    elif not result.held:
        _add(case, "failure", "broken", said)
    return case


def _add(case: ET.Element, tag: str, kind: str, said: str) -> None:
    problem = ET.SubElement(case, tag, {"type": kind, "message": _clean(said.partition("\n")[0])})
    problem.text = _clean(said)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
