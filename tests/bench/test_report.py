"""The same results for a terminal, for programs and for a page."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from tests.bench.machine import Machine, cpu_model
from tests.bench.noise import Noise
from tests.bench.report.as_json import as_json
from tests.bench.report.markdown import BEGIN, END, renewed, replaced
from tests.bench.report.numbers import percent, rounded
from tests.bench.report.text import declared, line, text
from tests.bench.result import Repetition, Result
from tests.bench.row import Benchmark, Row, Sample
from tests.bench.running import Measured

MACHINE = Machine(
    date="2026-01-05",
    cpu="Some CPU",
    cores=2,
    system="Linux",
    python="CPython 3.11",
    load_1min=0.25,
    versions={"uvloop": "0.23"},
)
ROWS = (
    Row(name="judged", unit="ms", goal=10, reference="floor"),
    Row(name="plain", unit="1/s", better="more"),
    Row(name="fast", unit="us", goal=2.5, better="more"),
)
NOISE = Noise(0.011, 0.003)
BENCHMARK = Benchmark(name="bench", method="as it is done", rows=ROWS, measure=lambda _: ())
MEASURED = Measured(
    BENCHMARK,
    [
        Result(ROWS[0], [Repetition(Sample(figure, figure / 2), NOISE) for figure in (12.0, 16.0, 30.0)]),
        Result(ROWS[1], [Repetition(Sample(12345.6), NOISE)]),
        Result(ROWS[2], [Repetition(Sample(3.0), NOISE)]),
    ],
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (0.01234, "0.0123"),
        (0.5, "0.500"),
        (4.567, "4.57"),
        (9.999, "10.0"),
        (12.34, "12.3"),
        (123.4, "123"),
        (999.6, "1000"),
        (12345.6, "12,346"),
    ],
)
def test_figures_have_three_digits(value: float, shown: str) -> None:
    assert rounded(value) == shown


def test_shares_are_told_in_percent() -> None:
    assert percent(0.0213) == "2.1 %"


def test_a_line_holds_figure_range_goal_verdict_ratio_and_noise() -> None:
    said = line(MEASURED.results[0])
    expected = "judged 16.0 ms; (12.0-30.0); goal 10: MISSED; 2.00 x floor; stolen 1.1 %, others 0.3 %"
    assert " ".join(said.split()) == expected


def test_a_row_that_is_for_orientation_says_less() -> None:
    assert " ".join(line(MEASURED.results[1]).split()) == "plain 12,346 1/s; stolen 1.1 %, others 0.3 %"


def test_the_method_stands_above_the_rows() -> None:
    first, *rows = text(MEASURED).splitlines()
    assert first == "bench: as it is done"
    assert len(rows) == len(ROWS)


def test_a_list_shows_rows_and_goals_without_measuring() -> None:
    assert declared(BENCHMARK).splitlines() == [
        "bench",
        "  judged: at most 10 ms",
        "  plain",
        "  fast: at least 2.5 us",
    ]


def test_json_holds_machine_and_rows_with_every_repetition() -> None:
    told: dict[str, Any] = orjson.loads(as_json(MACHINE, [MEASURED]))
    assert told["machine"]["cpu"] == "Some CPU"
    first = told["rows"][0]
    assert [one["figure"] for one in first.pop("repetitions")] == [12.0, 16.0, 30.0]
    assert first == {
        "benchmark": "bench",
        "name": "judged",
        "unit": "ms",
        "better": "less",
        "figure": 16.0,
        "min": 12.0,
        "max": 30.0,
        "goal": 10,
        "verdict": "missed",
        "why": None,
        "reference": {"what": "floor", "figure": 8.0},
        "ratio": 2.0,
        "stolen": 0.011,
        "others": 0.003,
        "method": "as it is done",
    }


def test_a_page_keeps_what_stands_around_the_results() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    written = replaced(page, MACHINE, [MEASURED])
    assert written.startswith("before\n")
    assert written.endswith(f"{END}\nafter\n")
    assert "old" not in written
    assert "| judged | 16.0 (12.0-30.0) ms | 10 ms | MISSED | floor: 8.00 | 2.00 | 1.1 %, 0.3 % |" in written
    assert "| plain | 12,346 1/s | - | - | - | - | 1.1 %, 0.3 % |" in written
    assert "Some CPU, 2 cores" in written
    assert "Quiet repetitions: in 3 of 3 rows." in written
    assert "* **bench**: as it is done" in written
    assert replaced(written, MACHINE, [MEASURED]) == written


@pytest.mark.parametrize("page", ["nothing", f"{BEGIN} only", f"only {END}"])
def test_a_page_without_a_place_for_results_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="no lines"):
        replaced(page, MACHINE, [])


def test_the_cpu_is_named_as_the_kernel_does() -> None:
    assert cpu_model("processor\t: 0\nmodel name\t: Some CPU\n\nprocessor\t: 1\nmodel name\t: Other\n") == "Some CPU"
    assert cpu_model("processor\t: 0\n")


def test_rows_that_are_measured_apart_take_the_place_of_what_stood_there() -> None:
    other = Measured(
        Benchmark(name="other", method="another way", rows=ROWS[:1], measure=lambda _: ()),
        [Result(Row(name="apart", unit="ms"), [Repetition(Sample(1.0), NOISE)])],
    )
    page = replaced(f"before\n{BEGIN}\n{END}\nafter\n", MACHINE, [MEASURED, other])
    again = Measured(other.benchmark, [Result(Row(name="apart", unit="ms"), [Repetition(Sample(2.0), NOISE)])])
    once = renewed(page, replace(MACHINE, date="2026-02-06"), [again])
    assert "| apart | 1.00 ms |" not in once
    assert "| apart | 2.00 ms |" in once
    assert [line for line in once.splitlines() if line.startswith("| judged")] == [
        line for line in page.splitlines() if line.startswith("| judged")
    ]
    assert "The rows of other: 2026-02-06; Some CPU" in once
    twice = renewed(once, replace(MACHINE, date="2026-03-07"), [MEASURED, again])
    assert "2026-02-06" not in twice
    assert "The rows of bench, other: 2026-03-07; Some CPU" in twice
    assert twice.startswith("before\n")
    assert twice.endswith("\nafter\n")


def test_a_row_that_is_not_in_the_table_yet_cannot_be_renewed() -> None:
    page = replaced(f"{BEGIN}\n{END}\n", MACHINE, [MEASURED])
    stranger = Measured(BENCHMARK, [Result(Row(name="stranger", unit="ms"), [Repetition(Sample(2.0), NOISE)])])
    with pytest.raises(ValueError, match="no row 'stranger' in the table yet"):
        renewed(page, MACHINE, [stranger])
