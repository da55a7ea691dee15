"""The files that are made of a run."""

import io
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from rich.console import Console

from harness.report.reporters import FILES, REPORTERS
from harness.run import reports
from harness.run.folder import RunFolder
from harness.run.reports import Making, conclude, counted, render
from harness.run.results import Results
from harness.run.settings import RunSettings, SettingError
from profiles.record import Record
from tests.harness.report.runs import drawn

SETTINGS = RunSettings(host="http://127.0.0.1:1", workload="basic", users=3, seed=7)


@pytest.fixture
def recorded(tmp_path: Path) -> RunFolder:
    """A run that has ended."""
    folder = RunFolder.create(tmp_path / "run", "basic", 0.0)
    folder.start(SETTINGS, ["harness", "run"], 1_700_000_000.0)
    folder.keep_run(folder.run() | {"ended_at": 1_700_000_040.0})
    folder.records_jsonl.write_bytes(b"".join(record.to_json() + b"\n" for record in drawn(80)))
    return folder


def names(folder: RunFolder) -> set[str]:
    return {path.name for path in folder.path.iterdir()}


def concluded(folder: RunFolder, making: Making) -> list[str]:
    said: list[str] = []
    results = Results.of(folder.records())
    conclude(folder, results, results.summary(folder.run()), making, said.append)
    return said


@pytest.mark.parametrize(
    ("making", "files"),
    [
        (Making(), {"records.jsonl", *FILES.values()}),
        (Making(page=False), {"records.jsonl", "timeseries.csv", "stats.csv"}),
        (Making(packed=True), {"records.jsonl.gz", *FILES.values()}),
    ],
)
def test_a_run_leaves_the_files_that_were_asked_for(recorded: RunFolder, making: Making, files: set[str]) -> None:
    said = concluded(recorded, making)
    assert names(recorded) == {"run.json", *files}
    assert said == ([f"report: {recorded.path}/report.html"] if making.page else [])


def test_what_cannot_be_written_is_said_and_costs_the_others_nothing(recorded: RunFolder) -> None:
    (recorded.path / "report.html").mkdir()
    assert concluded(recorded, Making()) == [f"{recorded.path}/report.html cannot be written (Is a directory)"]
    assert {"stats.csv", "timeseries.csv"} <= names(recorded)


def shown(folder: RunFolder, name: str, out: Path | None = None) -> str:
    console = Console(file=io.StringIO(), width=110)
    render(folder, name, out, console)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("name", REPORTERS)
def test_every_form_can_be_written_to_a_file(recorded: RunFolder, tmp_path: Path, name: str) -> None:
    out = tmp_path / "told"
    assert shown(recorded, name, out) == f"report: {out}\n"
    results = Results.of(recorded.records())
    concluded(recorded, Making())
    if name in FILES:
        assert out.read_text() == (recorded.path / FILES[name]).read_text(), "as the run itself left it"
    assert out.stat().st_size > 300
    assert recorded.summary_json.read_bytes() == results.summary(recorded.run()).to_json()


def test_without_a_file_tables_are_printed_and_the_page_is_written_beside_the_records(
    recorded: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(recorded, "stats") == ""
    assert capsys.readouterr().out.startswith("part,name,total,")
    assert shown(recorded, "html") == f"report: {recorded.path}/report.html\n"
    assert "report.html" in names(recorded)
    assert "requests, and how they ended" in shown(recorded, "terminal")


def test_a_form_that_there_is_not_names_those_that_there_are(recorded: RunFolder) -> None:
    with pytest.raises(SettingError, match=r"^--format: 'pdf' is none; write one of terminal, html, json,"):
        shown(recorded, "pdf")


def test_a_file_that_cannot_be_written_is_one_line(recorded: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^--out: .*/no/where cannot be written \(No such file or directory\)$"):
        shown(recorded, "json", tmp_path / "no" / "where")


def test_how_far_it_is_is_said_where_that_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(0.0, 1.5)
    monkeypatch.setattr(reports, "_AT_ONCE", 10)
    said: list[str] = []
    records: Iterator[Record] = drawn(30)
    assert len(list(counted(records, 45, said.append, lambda: next(clock)))) > 30
    assert said[0] == "making the report: 20 of 45 records"


def test_of_a_short_one_nothing_is_said() -> None:
    assert len(list(counted(drawn(30), 45, pytest.fail))) > 30
