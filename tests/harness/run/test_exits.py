"""Which exit code a run has earned."""

from dataclasses import replace

import pytest

from harness.gate.judge import judged
from harness.gate.slo import parse
from harness.measure.summary import Summary, fold
from harness.run.exits import Exit, exit_of, worst
from tests.harness.gate.attempts import many

HELD, BROKEN, UNDECIDED = "complete > 1%", "complete < 1%", "ttft.p99 < 1s"


@pytest.mark.parametrize(
    ("slos", "expected"),
    [
        ((), Exit.DONE),
        ((HELD,), Exit.DONE),
        ((HELD, BROKEN), Exit.BROKEN),
        ((HELD, UNDECIDED), Exit.INVALID),
        ((UNDECIDED, BROKEN), Exit.BROKEN),
    ],
)
def test_one_broken_slo_breaks_and_one_that_cannot_be_judged_is_no_pass(slos: tuple[str, ...], expected: Exit) -> None:
    summary = fold(many(10))
    assert exit_of(replace(summary, slo=judged(map(parse, slos), summary))) is expected


def test_a_run_that_proves_nothing_breaks_nothing() -> None:
    summary = fold(many(10))
    assert exit_of(replace(summary, why_not=("x",), slo=judged([parse(BROKEN)], summary))) is Exit.INVALID


def test_an_aborted_run_is_broken_unless_it_proves_nothing() -> None:
    summary = replace(fold(many(10)), aborted="errors > 20%")
    assert exit_of(summary) is Exit.BROKEN
    assert exit_of(replace(summary, why_not=("x",))) is Exit.INVALID


def judged_by(*slos: str) -> Summary:
    summary = fold(many(10))
    return replace(summary, slo=judged(map(parse, slos), summary))


@pytest.mark.parametrize(
    ("slos", "code"),
    [
        ((HELD,), 0),
        ((BROKEN,), 1),
        ((UNDECIDED,), 3),
        ((BROKEN, HELD), 1),
        ((UNDECIDED, BROKEN), 3),
        ((None,), None),
        ((BROKEN, None), 1),
    ],
)
def test_a_process_of_several_tests_ends_with_the_worst_and_without_slos_as_it_would(
    slos: tuple[str | None, ...], code: int | None
) -> None:
    ended: int | None = None
    for slo in slos:
        ended = worst(ended, judged_by() if slo is None else judged_by(slo))
    assert ended == code
