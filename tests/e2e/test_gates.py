"""SLOs of runs against a real mock: what holds, what breaks, what nobody can say, and the exit codes of each."""

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree

import pytest

from harness.measure.reading import read_summary
from harness.report.junit import junit
from harness.report.markdown import markdown
from tests.browser import browsing
from tests.e2e.locusts import LOCUSTFILE, locust, said
from tests.e2e.results import summary_of
from tests.e2e.runs import DEADLINE_S, running, wait_for
from tests.ports import held_port

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]

EVERY_FOURTH_FAILS = """
[[rule]]
fault = "status"
status = 503
every = 4
"""
WORKLOAD = """
[run]
slo = ["complete >= 60%"]

[[class]]
name = "mine"
model = "gpt-4o-mini"
think_time_s = [0, 0]
prompts = ["What is it?"]
slo = ["e2e.p50 < 60s"]
"""
LOAD = ("-u", "4", "-r", "50", "-n", "40", "--out", "run")


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("gates") / "faults.toml"
    path.write_text(EVERY_FOURTH_FAILS)
    return str(path)


@pytest.fixture
def failing(mock: Mock, faults: str, tmp_path: Path) -> str:
    """A server three quarters of whose answers are complete, and a workload that is content with it."""
    (tmp_path / "mine.toml").write_text(WORKLOAD)
    url: str = mock("--latency", "instant", "--seed", "801", "--faults", faults).url
    return url


@dataclass(frozen=True)
class Case:
    """An SLO, how it ends with three quarters complete, and how that is said."""

    slo: str
    code: int
    word: str
    measured: str
    held: bool | None


CASES = [
    pytest.param(Case("complete >= 70%", 0, "held", "75 % (limit >= 70 %)", True), id="held"),
    pytest.param(Case("mine:complete >= 80%", 1, "BROKEN", "75 % (limit >= 80 %)", False), id="broken"),
    pytest.param(
        Case("e2e.p99 < 60s", 3, "cannot say", "p99 needs 300 values, there are 30 (limit < 60,000 ms)", None),
        id="too few",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_a_run_ends_with_what_its_slos_have_come_to(failing: str, command: Command, tmp_path: Path, case: Case) -> None:
    done = command("harness", "run", "./mine.toml", "-H", failing, *LOAD, "--slo", case.slo)
    assert (done.code, done.err) == (case.code, "")
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    place = lines.index(f"{case.word} {case.slo} {case.measured}")
    assert place < lines.index("requests, and how they ended")
    told = summary_of(tmp_path / "run")["slo"]
    assert [each["slo"] for each in told] == ["complete >= 60%", "class=mine: e2e.p50 < 60s", case.slo]
    assert [each["held"] for each in told] == [True, True, case.held]
    assert [each["scope"] for each in told][:2] == [None, "class=mine"]


def test_a_run_of_several_processes_is_judged_by_all_of_its_records(failing: str, command: Command) -> None:
    flags = ("--processes", 2, "--slo", "complete >= 80%", "--slo", "complete >= 70%")
    done = command("harness", "run", "./mine.toml", "-H", failing, *LOAD, *flags)
    assert (done.code, done.err) == (1, "")
    assert "3 of 4 SLOs held, 1 BROKEN" in done.out


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("errors > 20%", "errors > 20%: 2"),
        ("consecutive_failures >= 1", "consecutive_failures >= 1: 1 failed in a row"),
        ("cost > 0.000001usd", "cost > 0.000001usd: "),
    ],
)
def test_a_run_is_ended_early_by_what_it_was_told_to_end_on(
    failing: str, command: Command, tmp_path: Path, condition: str, reason: str
) -> None:
    flags = ("-u", "4", "-r", "50", "-t", "10m", "--think-time", "0.05", "--out", "run", "--abort-on", condition)
    done = command("harness", "run", "./mine.toml", "-H", failing, *flags)
    assert (done.code, done.err) == (1, "")
    assert f"aborting, {reason}" in done.out
    summary = summary_of(tmp_path / "run")
    assert summary["aborted"].startswith(reason)
    assert (summary["valid"], summary["run"]["abort_on"]) == (True, [condition])
    assert summary["requests"]["cancelled"] == 0


PLAIN = (
    "--headless",
    "--workload",
    "mine.toml",
    "--requests",
    "40",
    "--stop-timeout",
    "20",
    "-t",
    "20s",
    "--out",
    "run",
)


@pytest.mark.parametrize("case", CASES)
def test_plain_locust_ends_with_it_too(failing: str, command: Command, tmp_path: Path, case: Case) -> None:
    done = command("locust", "-f", LOCUSTFILE, "-H", failing, "-u", 4, "-r", 50, *PLAIN, "--slo", case.slo)
    assert done.code == case.code, done.err
    assert f"{case.word}: {case.slo}: {case.measured}" in done.err
    assert summary_of(tmp_path / "run")["slo"][-1]["held"] is case.held


def test_the_master_of_a_plain_swarm_ends_with_it_too(failing: str, tmp_path: Path) -> None:
    with held_port() as port:
        swarm = ("--processes", 2, "--master-port", port, "--master-bind-port", port)
        flags = ("-H", failing, "-u", 4, "-r", 50, *PLAIN, *swarm, "--slo", "complete >= 80%")
        with locust(tmp_path, *flags) as process:
            assert process.wait(DEADLINE_S) == 1, said(tmp_path)
    assert "BROKEN: complete >= 80%: 75 % (limit >= 80 %)" in said(tmp_path)
    assert summary_of(tmp_path / "run")["slo"][-1]["held"] is False


ENDLESS = (
    "-u",
    4,
    "-r",
    50,
    "--headless",
    "--workload",
    "mine.toml",
    "--think-time",
    "0.05",
    "-t",
    "10m",
    "--out",
    "run",
)


@pytest.mark.parametrize("swarm", [False, True], ids=["alone", "as a master"])
def test_plain_locust_is_ended_early_by_what_it_was_told_to_end_on(failing: str, tmp_path: Path, swarm: bool) -> None:
    condition = "consecutive_failures >= 1"
    with held_port() as port:
        several = ("--processes", 2, "--master-port", port, "--master-bind-port", port) if swarm else ()
        flags = ("-H", failing, *ENDLESS, "--stop-timeout", 20, "--abort-on", condition, *several)
        with locust(tmp_path, *flags) as process:
            assert process.wait(DEADLINE_S) == 1, said(tmp_path)
    assert f"aborting, {condition}: 1 failed in a row: requests in flight have 20 s to finish" in said(tmp_path)
    summary = summary_of(tmp_path / "run")
    assert summary["aborted"] == f"{condition}: 1 failed in a row"
    assert (summary["valid"], summary["run"]["abort_on"]) == (True, [condition])
    assert summary["requests"]["cancelled"] == 0
    assert (tmp_path / "run" / "report.html").exists()


def test_plain_locust_says_before_any_load_that_a_condition_is_none(
    failing: str, command: Command, tmp_path: Path
) -> None:
    done = command("locust", "-f", LOCUSTFILE, "-H", failing, *ENDLESS, "--abort-on", "errors > 5")
    assert (done.code, "--abort-on: errors is a share; write for example 5%, not 5" in done.err) == (2, True), done.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("slo", "complaint"),
    [
        ("complete >= 0.9", "--slo: complete is a share; write for example 0.9%, not 0.9"),
        ("other:complete >= 9%", "--slo: 'other:complete >= 9%': no class, stage or label is named 'other'"),
    ],
)
def test_an_slo_that_cannot_be_meant_is_said_before_any_load(
    failing: str, command: Command, tmp_path: Path, slo: str, complaint: str
) -> None:
    done = command("harness", "run", "./mine.toml", "-H", failing, *LOAD, "--slo", slo)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith(f"harness: {complaint}")
    plain = ("--headless", "--workload", "mine.toml", "-H", failing, "--slo", slo, "--out", "run", "-t", "5s")
    done = command("locust", "-f", LOCUSTFILE, *plain)
    assert done.code == 2
    assert complaint in done.err
    assert not (tmp_path / "run" / "summary.json").exists()


def move(url: str, step: dict[str, Any]) -> None:
    """Have the mock's script go on elsewhere."""
    asked = urllib.request.Request(f"{url}/_mock/phases", json.dumps(step).encode(), method="POST")
    asked.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(asked) as moved:
        assert moved.status == 200


@pytest.mark.parametrize(("phase", "code"), [("calm", 0), ("brownout", 1)])
def test_the_brown_out_of_a_game_day_breaks_the_slo_that_the_calm_before_holds(
    mock: Mock, command: Command, tmp_path: Path, phase: str, code: int
) -> None:
    """At ten times the speed a slow first token comes 400 ms later, which one request in five and more has to wait."""
    url = mock("--latency", "instant", "--faults", "game-day", "--speed", "10", "--seed", "802").url
    for step in ({"restart": True}, {"jump": phase}, {"pause": True}):
        move(url, step)
    load = ("-u", "4", "-r", "50", "-n", "120", "--think-time", "0", "--out", "run", "--slo", "ttft.p95 < 390ms")
    done = command("harness", "run", "streaming", "-H", url, *load)
    assert done.code == code, done.out
    (result,) = summary_of(tmp_path / "run")["slo"]
    assert (result["held"], result["value"] > 390) == (code == 0, code == 1)
    cases = ElementTree.fromstring(junit(read_summary((tmp_path / "run" / "summary.json").read_bytes())))
    assert [len(list(cases.iter(tag))) for tag in ("testcase", "failure", "error")] == [2, code, 0]


def test_the_page_of_a_game_day_shades_the_calm_and_the_brown_out_that_breaks_the_slo(
    mock: Mock, tmp_path: Path
) -> None:
    """Sixty requests and some more are answered in the calm, the others of 300 in the brown-out."""
    server = mock("--latency", "instant", "--faults", "game-day", "--speed", "10", "--seed", "804")
    folder = tmp_path / "run"
    for step in ({"restart": True}, {"jump": "calm"}, {"pause": True}):
        move(server.url, step)
    flags = ("-n", "300", "--think-time", "0.05", "--slo", "ttft.p95 < 390ms")
    with running(server.url, folder, *flags) as harness:
        wait_for(lambda: len(server.journal()) >= 60)
        move(server.url, {"jump": "brownout"})
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 1, out
    phases = {phase["name"]: phase for phase in summary_of(folder)["phases"]}
    assert list(phases) == ["calm", "brownout"]
    assert phases["calm"]["ttft_ms"]["p95"] < 390 < phases["brownout"]["ttft_ms"]["p95"]
    with browsing() as seen:
        seen.page.goto((folder / "report.html").as_uri())
        seen.page.locator("html[data-drawn]").wait_for()
        assert "Objective broken" in seen.page.locator("h1").inner_text()
        data = json.loads(seen.page.locator("#data").text_content() or "")
        assert [name for name, _, _ in data["phases"]] == ["calm", "brownout"]
        assert data["phases"][0][2] == data["phases"][1][1] > 0, "one begins where the other ends"
        assert seen.page.locator("table", has_text="By phase").get_by_role("rowheader", name="brownout").count() == 1
        assert len(seen.page.screenshot(path=tmp_path / "page.png", full_page=True)) > 50_000
    assert seen.errors == []


SLOW = ("--latency", "constant", "--ttft-ms", "150", "--itl-ms", "1", "--seed", "803")


def keeping(limit: str) -> tuple[str, ...]:
    """Flags of a run whose requests have to be over within that time; every one takes 150 ms and more."""
    keep = ("--goodput", f"e2e < {limit}, ttft < 60s", "--slo", "goodput >= 99%", "--slo", "goodput_rps > 0.1")
    return ("-u", "4", "-r", "50", "--requests", "40", "--think-time", "0", *keep, "--out", "run")


@pytest.mark.parametrize(("limit", "code"), [("60s", 0), ("100ms", 1)])
def test_goodput_is_how_many_requests_kept_what_each_has_to_keep(
    mock: Mock, command: Command, tmp_path: Path, limit: str, code: int
) -> None:
    done = command("harness", "run", "streaming", "-H", mock(*SLOW).url, *keeping(limit), "--processes", 2)
    assert done.code == code, done.out + done.err
    share = "0.00%" if code else "100.00%"
    assert f"goodput: {share} (" in done.out
    assert f"/s complete within e2e < {limit}; ttft < 60s" in done.out
    folder = tmp_path / "run"
    summary = summary_of(folder)
    assert (summary["goodput"]["n"], summary["goodput"]["kept"]) == (40, 0 if code else 40)
    assert all(part["goodput"]["n"] for part in summary["classes"].values())
    assert summary["run"]["goodput"] == [f"e2e < {limit}", "ttft < 60s"]
    assert "kept their objectives" in (folder / "report.html").read_text()
    assert f"goodput: {share}" in markdown(read_summary((folder / "summary.json").read_bytes()), folder).replace(
        "\\", ""
    )


def test_plain_locust_and_a_later_report_count_goodput_too(mock: Mock, command: Command, tmp_path: Path) -> None:
    flags = ("--headless", "--workload", "streaming", "-t", "60s", "-H", mock(*SLOW).url, *keeping("100ms"))
    done = command("locust", "-f", LOCUSTFILE, *flags)
    assert done.code == 1, done.err
    before = summary_of(tmp_path / "run")
    assert (before["goodput"]["n"], before["goodput"]["kept"]) == (40, 0)
    done = command("harness", "report", "run")
    assert "goodput: 0.00%" in done.out, done.err
    assert summary_of(tmp_path / "run") == before


def test_a_run_is_ended_early_by_its_goodput(failing: str, command: Command, tmp_path: Path) -> None:
    keep = ("--goodput", "e2e < 60s", "--abort-on", "goodput < 90%")
    flags = ("-u", "4", "-r", "50", "-t", "10m", "--think-time", "0.05", "--out", "run", *keep)
    done = command("harness", "run", "./mine.toml", "-H", failing, *flags)
    assert (done.code, done.err) == (1, "")
    assert "aborting, goodput < 90%: " in done.out
