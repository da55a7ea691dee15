"""Every form in which a run is told, against what it was when somebody last looked at it."""

import csv
import io
from pathlib import Path

import pytest

from harness.report.details import Details
from harness.report.findings import Findings
from harness.report.reporters import FILES, REPORTERS
from harness.report.stats_csv import COLUMNS as STATS
from harness.report.timeseries_csv import COLUMNS as TIMES
from harness.run.folder import RunFolder
from harness.run.results import Results
from tests.golden import as_it_was, by_element
from tests.harness.report.runs import BEGAN_AT, FACTS, drawn, findings_of

GOLDEN = Path(__file__).parent / "golden"
NAMES = {**FILES, "json": "summary.json"}
RUN = {
    **FACTS,
    "slo": ["talk:ttft.p50 < 800ms", "complete >= 99.5%", "e2e.p99 < 5s"],
    "goodput": ["talk: ttft < 300ms", "e2e < 2s"],
    "max_tokens": {"talk": 4000},
    "notes": ["the mock did not keep up throughout"],
}
"""A run of which everything is told that can be: objectives, goodput, phases, notes, what to look at."""


def whole() -> Findings:
    results = Results.of_run(RUN)
    for record in drawn(80):
        results.add(record)
    return results.findings(results.summary(RUN), Details.of(drawn(80)), RunFolder(Path("runs/mixed")))


FINDINGS = whole()


def lines_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(REPORTERS[name](FINDINGS))))


@pytest.mark.parametrize("name", REPORTERS)
def test_it_is_as_it_was(name: str) -> None:
    told = REPORTERS[name](FINDINGS)
    as_it_was(GOLDEN / NAMES.get(name, f"{name}.txt"), by_element(told) if name == "html" else told)


def test_every_file_of_a_run_has_its_reporter() -> None:
    assert FILES.keys() <= REPORTERS.keys()


def test_the_seconds_of_a_run_add_up_to_its_summary() -> None:
    lines, whole = lines_of("timeseries"), FINDINGS.summary.whole
    assert tuple(lines[0]) == TIMES
    assert sum(int(line["due"]) for line in lines) == sum(int(line["ended"]) for line in lines) == whole.requests.total
    for outcome, n in whole.requests.by_outcome.items():
        assert sum(int(line[outcome]) for line in lines) == n
    assert sum(int(line["ttft_n"]) for line in lines) == whole.ttft_ms.n
    assert sum(int(line["prompt_tokens"]) for line in lines) == whole.tokens.prompt
    flowed = sum(float(line["completion_per_s"]) * float(line["seconds"]) for line in lines)
    assert flowed == pytest.approx(whole.tokens.completion, abs=0.1)
    assert [float(line["at"]) for line in lines] == [BEGAN_AT + second for second in range(len(lines))]


def test_the_table_of_figures_has_a_line_for_every_part() -> None:
    lines, summary = lines_of("stats"), FINDINGS.summary
    assert tuple(lines[0]) == STATS
    assert [(line["part"], line["name"]) for line in lines] == [
        ("whole", "all"),
        ("class", "extract"),
        ("class", "talk"),
        ("label", "region=eu"),
        ("label", "region=us"),
        ("stage", "ramp"),
        ("stage", "steady"),
        ("phase", "normal"),
        ("phase", "brown-out"),
        ("phase", "recover"),
    ]
    assert float(lines[0]["e2e_p50_ms"]) == summary.whole.e2e_ms.p50
    assert int(lines[0]["complete"]) == summary.whole.requests.by_outcome["complete"]
    assert lines[0]["ttft_p99_ms"] == "", "too few for it"


def test_a_run_without_a_record_can_be_told_in_every_form() -> None:
    empty = findings_of([])
    for name, reporter in REPORTERS.items():
        assert reporter(empty) or name == "timeseries", name
    assert "says nothing sure about the server: no request was recorded" in REPORTERS["html"](empty)
