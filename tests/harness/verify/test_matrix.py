"""The confusion matrix of outcomes."""

from dataclasses import replace

from msgspec import structs

from harness.verify.matrix import Matrix
from profiles.due import DUE
from profiles.record import Outcome, Record
from tests.harness.verify.test_differences import ENTRY, RECORD


def seen(outcome: Outcome, detail: str | None = None, *, stream: bool = True) -> Record:
    return structs.replace(RECORD, outcome=outcome, detail=detail, stream=stream)


def test_all_that_is_due_makes_a_matrix_that_holds() -> None:
    pairs = [
        (
            seen(due.outcome, due.detail or None, stream=streamed),
            replace(ENTRY, fault=None if fault == "none" else fault),
        )
        for fault, both in DUE.items()
        for streamed, due in zip((True, False), both, strict=True)
    ]
    matrix = Matrix.of(pairs)
    assert (matrix.requests, matrix.right, matrix.untried, matrix.holds) == (2 * len(DUE), 2 * len(DUE), (), True)
    less = Matrix.of(pairs[:-1])
    assert (len(less.untried), less.holds) == (1, False)


def test_a_fault_that_is_taken_for_something_else_is_off_the_diagonal() -> None:
    truncated = replace(ENTRY, fault="truncate")
    matrix = Matrix.of([(seen("complete"), truncated), (seen("truncated", "no_finish_reason"), truncated)])
    ((cell, count),) = matrix.wrong()
    assert (str(cell), count) == ("truncate (streamed): complete, due truncated no_finish_reason", 1)
    assert not matrix.holds


def test_faults_together_and_unknown_ones_are_not_judged() -> None:
    pairs = [(seen("stalled"), replace(ENTRY, fault=fault)) for fault in ("stall+truncate", "of_tomorrow")]
    assert Matrix.of(pairs).requests == 0
