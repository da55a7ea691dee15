"""Tables in terminals of any width: what is in them stays whole."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from harness.report.folding import FoldingTable, Row
from harness.report.terminal import latency_table, requests_table
from tests.harness.report.runs import drawn, findings_of

GROUPS = (("requests", "/s"), ("TTFT p50", "p95", "p99"), ("tokens/s",))
CELLS = ("10,421", "104.2", "231 ms", "1,338 ms", "2.30 s", "70,693")


def shown(table: FoldingTable, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(table)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text.splitlines()


def table(name: str = "streaming") -> FoldingTable:
    return FoldingTable(title="title", heading="class", groups=GROUPS, rows=[Row(name, CELLS), Row("all", CELLS)])


@given(width=st.integers(44, 200), name=st.text("abc", min_size=1, max_size=30))
def test_no_figure_is_cut_and_no_line_is_too_long(width: int, name: str) -> None:
    lines = shown(table(name), width)
    assert max(map(len, lines)) <= width
    words = " ".join(" ".join(line.split()) for line in lines)
    for cells in (("10,421 104.2",), ("231 ms 1,338 ms 2.30 s",), ("70,693",), ("TTFT p50 p95 p99",)):
        assert all(words.count(cell) >= 1 for cell in cells), words


@pytest.mark.parametrize(("width", "parts"), [(100, 1), (60, 2), (40, 3)])
def test_it_folds_between_groups_and_names_its_rows_in_each_part(width: int, parts: int) -> None:
    lines = shown(table(), width)
    assert sum(line.strip().startswith("class") for line in lines) == parts
    assert sum(line.strip().startswith("streaming") for line in lines) == parts
    assert sum("title" in line for line in lines) == 1


def test_a_name_gives_way_before_a_figure_does() -> None:
    (row,) = [line for line in shown(table("a-class-with-a-long-name"), 42) if "231 ms" in line and "a-cla" in line]
    assert row.split()[0].endswith("…")
    assert "231 ms  1,338 ms  2.30 s" in row


@pytest.mark.parametrize("width", [60, 70, 80])
def test_the_tables_of_a_run_are_whole_in_a_narrow_terminal(width: int) -> None:
    summary = findings_of(drawn(400)).summary
    for each in (requests_table(summary), latency_table(summary)):
        lines = shown(each, width)
        assert max(map(len, lines)) <= width
        assert "…" not in "".join(lines)
