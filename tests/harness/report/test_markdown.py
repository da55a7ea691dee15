"""The summary for a pull request."""

from dataclasses import replace
from pathlib import Path

from harness.measure.summary import fold
from harness.report.markdown import markdown
from tests.harness.report.told_run import SLOS, told_run

GOLDEN = Path(__file__).with_name("golden") / "summary.md"
FOLDER = Path("runs/mixed-20260102")


def test_verdict_slos_figures_and_folder() -> None:
    assert markdown(told_run(*SLOS), FOLDER) == GOLDEN.read_text()


def test_every_table_has_as_many_cells_in_each_row_as_in_its_head() -> None:
    text = markdown(told_run(*SLOS), FOLDER).replace("\\|", "")
    tables = [table.splitlines() for table in text.split("\n\n") if table.startswith("|")]
    assert len(tables) == 2
    assert all(len({row.count("|") for row in table}) == 1 for table in tables)


def test_the_title_is_the_verdict() -> None:
    well = told_run("complete >= 90%")
    for summary, title in (
        (well, "### ✅ 1 of 1 SLO held"),
        (told_run("complete >= 99%"), "### ❌ 0 of 1 SLO held, 1 BROKEN"),
        (told_run("itl.p99 < 1s", "x:complete > 1%"), "### ⚠️ 1 of 2 SLOs held, 1 cannot be judged"),
        (told_run(), "### ✅ held against no SLO"),
        (replace(well, aborted="cost > 1usd: 2 usd so far"), "### ❌ aborted, 1 of 1 SLO held"),
        (replace(well, why_not=("the client was slow",)), "### ⚠️ not a valid run"),
    ):
        assert markdown(summary, FOLDER).splitlines()[0] == title


def test_why_a_run_proves_nothing_and_why_it_was_ended_early_are_told() -> None:
    text = markdown(replace(told_run(), why_not=("a_b", "c"), aborted="cost > 1usd: 2 usd so far"), FOLDER)
    assert "* not a valid run: a\\_b\n* not a valid run: c\n* aborted: cost \\> 1usd: 2 usd so far\n" in text


def test_a_run_without_attempts_has_no_table() -> None:
    assert "|" not in markdown(fold([]), FOLDER).replace("\\|", "")


def test_what_stands_in_a_run_is_never_markup() -> None:
    summary = told_run("a`b|c:complete > 1%")
    assert "``a`b\\|c:complete > 1%``" in markdown(summary, FOLDER)
    named = replace(summary, classes={"[x](http://y) <b>": summary.whole})
    assert "| \\[x\\](http://y) \\<b\\> | 400 |" in markdown(named, FOLDER)
