"""Answers by other models."""

import pytest

from harness.report.mismatches import Mismatches
from profiles.record import Record


def record(detail: str | None, served: str = "small") -> Record:
    return Record(
        id="c.1",
        attempt=1,
        class_="a",
        model="large",
        stream=True,
        intended_at=0.0,
        outcome="complete",
        detail=detail,
        served_model=served,
    )


def test_answers_by_other_models_are_counted_by_pair_and_the_most_frequent_come_first() -> None:
    found = Mismatches()
    for each in (record("model_mismatch", "tiny"), record("length,model_mismatch"), record("model_mismatch")):
        found.add(each)
    assert found.lines(9) == [
        "     2  large was asked, small answered",
        "     1  large was asked, tiny answered",
    ]
    assert len(found.lines(1)) == 1


@pytest.mark.parametrize("detail", [None, "length", "usage_mismatch"])
def test_any_other_answer_is_none(detail: str | None) -> None:
    found = Mismatches()
    found.add(record(detail))
    assert found.lines(9) == []
