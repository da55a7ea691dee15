"""The sample that is drawn as points."""

from random import Random

from harness.measure.distribution import Measured
from harness.measure.measured import measured
from harness.report.sample import KEPT, Point, Sample
from profiles.record import Record
from tests.harness.report.runs import drawn


def of(records: list[Record]) -> Sample:
    sample = Sample()
    for record in records:
        if record.outcome == "complete":
            sample.add(record, measured(record))
    return sample


def ms(value: Measured | None) -> float | None:
    return None if value is None else value.ms


def test_few_are_all_kept() -> None:
    records = list(drawn(50))
    complete = [record for record in records if record.outcome == "complete"]
    expected = [
        Point(
            record.class_, record.tokens.prompt or 0, record.tokens.completion or 0, ms(took.ttft_ms), ms(took.e2e_ms)
        )
        for record, took in zip(complete, map(measured, complete), strict=True)
        if record.tokens is not None
    ]
    assert sorted(of(records).points(), key=str) == sorted(expected, key=str)


def test_of_many_the_same_are_kept_in_whichever_order_they_come() -> None:
    records = list(drawn(2 * KEPT))
    kept = list(of(records).points())
    Random(1).shuffle(records)
    again = of(records)
    assert list(again.points()) == kept
    assert len(kept) == KEPT < again.seen
