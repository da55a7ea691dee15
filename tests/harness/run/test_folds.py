"""What waits for the end of a run: its phases, and what was sent after its warm-up."""

import pytest

from harness.measure.summary import fold
from harness.run.folds import Folds
from harness.run.results import Results
from tests.harness.measure.test_summary import done

STORM = {"phases": [{"name": "storm", "started_at": 1004.0, "ended_at": None}]}
WARMED = {"warm_up": {"asked": "7s", "until": 1007.0}}


def never(_: Folds) -> None:
    raise AssertionError("records were read again")


RECORDS = [done(number) for number in range(10)]


def test_figures_of_phases_come_from_what_run_json_says() -> None:
    results = Results(Folds.of(STORM))
    results.add(done(5))
    (storm,) = results.summary(STORM).phases
    assert (storm.name, storm.section.window_s, storm.section.requests.total) == ("storm", 0.31, 1)


@pytest.mark.parametrize("run", [{}, {"phases": []}, {"warm_up": {"asked": "auto", "until": None}}])
def test_records_are_not_read_again_where_nothing_came_too_late(run: dict[str, object]) -> None:
    results = Results.of(RECORDS)
    assert results.warm(run, None, never) == run


@pytest.mark.parametrize("run", [STORM, WARMED, STORM | WARMED])
def test_what_was_known_before_comes_to_the_same_as_what_is_read_again(run: dict[str, object]) -> None:
    before, afterwards = Results(Folds.of(run)), Results()
    for record in RECORDS:
        before.add(record)
        afterwards.add(record)
    assert before.warm(run, None, never) == run

    def read_again(folds: Folds) -> None:
        for record in RECORDS:
            folds.add(record)

    afterwards.warm(run, None, read_again)
    summary = before.folds.measured.summary(), before.folds.figures()
    assert summary == (afterwards.folds.measured.summary(), afterwards.folds.figures())
    assert summary[0].whole.requests.total == (3 if run.get("warm_up") else 10)


@pytest.mark.parametrize("run", [STORM, WARMED, STORM | WARMED])
def test_parts_come_to_the_whole(run: dict[str, object]) -> None:
    whole, put_together = Folds.of(run), Folds.of(run)
    for record in RECORDS:
        whole.add(record)
        part = put_together.blank()
        part.add(record)
        put_together.merge(part)
    assert put_together.measured.summary() == whole.measured.summary()
    assert put_together.figures() == whole.figures()
    assert put_together.whole.summary() == whole.whole.summary() == fold(RECORDS)
    assert put_together.is_like(whole)
