"""The SLOs as tests of a CI system."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from harness.measure.summary import Summary, fold
from harness.report.junit import junit
from tests.harness.report.told_run import SLOS, told_run

GOLDEN = Path(__file__).with_name("golden") / "junit.xml"

ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {
        *("name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package"),
        *("file", "log", "url", "version"),
    },
    "testcase": {"name", "assertions", "time", "classname", "status", "class", "file", "line", "log", "group", "url"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "system-out": set(),
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testsuite", "properties", "testcase", "system-out", "system-err"},
    "testcase": {"skipped", "error", "failure", "rerunFailure", "rerunError", "flakyFailure", "system-out"},
}
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}
"""What Jenkins' junit-10.xsd allows of the elements that we write, and what it wants."""


def told(summary: Summary) -> dict[str, tuple[str | None, str]]:
    """The cases by name: what is wrong with each, and what is said of it."""
    root = ET.fromstring(junit(summary))
    found: dict[str, tuple[str | None, str]] = {}
    for case in root.iter("testcase"):
        wrong = [each for each in case if each.tag in ("failure", "error")]
        found[case.attrib["name"]] = (wrong[0].tag, wrong[0].attrib["message"]) if wrong else (None, "")
    return found


def test_a_case_an_slo() -> None:
    assert junit(told_run(*SLOS)) == GOLDEN.read_text()


def test_the_shape_is_the_common_one() -> None:
    invalid = replace(told_run(*SLOS), why_not=("slow", "lost"), aborted="x")
    for summary in (told_run(*SLOS), invalid, told_run(), fold([])):
        root = ET.fromstring(junit(summary))
        assert root.tag == "testsuites"
        for element in root.iter():
            assert element.attrib.keys() <= ATTRIBUTES[element.tag]
            assert element.attrib.keys() >= REQUIRED.get(element.tag, set())
            assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
        (suite,) = root
        for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
            assert int(suite.attrib[attribute]) == len(list(suite.iter(tag))), attribute


def test_broken_is_a_failure_and_what_cannot_be_judged_an_error() -> None:
    assert told(told_run("complete >= 99%", "x:complete > 1%", "complete > 1%")) == {
        "the run is valid": (None, ""),
        "complete >= 99%": ("failure", "measured 97.5 %, limit >= 99 %"),
        "x:complete > 1%": ("error", "no attempt of x was recorded, limit > 1 %"),
        "complete > 1%": (None, ""),
    }


def test_nothing_of_a_run_that_is_not_valid_has_passed() -> None:
    cases = told(replace(told_run("complete > 1%"), why_not=("slow",)))
    assert {kind for kind, _ in cases.values()} == {"error"}
    assert cases["the run is valid"] == ("error", "slow")


def test_an_aborted_run_has_failed() -> None:
    assert told(replace(told_run(), aborted="cost > 1usd"))["the run is valid"] == ("failure", "cost > 1usd")


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert "a\N{REPLACEMENT CHARACTER}b" in told(replace(told_run(), why_not=("a\x00b",)))["the run is valid"][1]
