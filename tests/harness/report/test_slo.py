"""How a verdict reads."""

import io
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from harness.gate.judge import judged
from harness.gate.slo import parse
from harness.measure.summary import Summary, fold
from harness.report.slo import sentence, slo_lines
from harness.report.terminal import show
from tests.harness.gate.attempts import many

SLOS = ("ttft.p99 < 1s", "[x]:complete > 1%", "short:ttft.p95 < 0.1s", "complete >= 99.5%", "e2e_all.p99 < 1s")


def summary() -> Summary:
    folded = fold([*many(100), *many(3, "truncated", first=100)], {"settings": {"host": "http://h"}})
    return replace(folded, slo=judged(map(parse, SLOS), folded))


def shown(summary: Summary) -> list[str]:
    console = Console(file=io.StringIO(), width=110)
    show(console, summary, (), Path("run"))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined, no-any-return]


def test_the_verdict_comes_first_and_what_is_broken_before_what_holds() -> None:
    assert shown(summary())[1:7] == [
        "0 of 5 SLOs held, 2 BROKEN, 3 cannot be judged",
        "  BROKEN      short:ttft.p95 < 0.1s  200 ms (limit < 100 ms)",
        "  BROKEN      complete >= 99.5%      97.0874 % (limit >= 99.5 %)",
        "  cannot say  ttft.p99 < 1s          p99 needs 300 values, there are 100 (limit < 1,000 ms)",
        "  cannot say  [x]:complete > 1%      no attempt of [x] was recorded (limit > 1 %)",
        "  cannot say  e2e_all.p99 < 1s       p99 needs 300 values, there are 103 (limit < 1,000 ms)",
    ]


def test_a_run_that_is_held_against_nothing_has_no_verdict() -> None:
    assert list(slo_lines(fold(many(3)))) == []


def test_a_run_that_proves_nothing_says_so_of_its_verdict() -> None:
    lines = shown(replace(summary(), why_not=("nobody was there",)))
    assert lines[1] == "not a valid run: nobody was there"
    assert lines[2].endswith("cannot be judged, by a run that is not valid")


def test_a_run_that_was_ended_early_says_why_before_all_else() -> None:
    assert shown(replace(summary(), aborted="errors > 20%: 31 %"))[1] == "aborted: errors > 20%: 31 %"


def test_one_in_a_sentence() -> None:
    assert sentence(summary().slo[2]) == "BROKEN: short:ttft.p95 < 0.1s: 200 ms (limit < 100 ms)"
