"""Details of parts, put together, are the details of the whole."""

from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from harness.report.details import Details
from harness.report.errors import GROUPS
from harness.report.html.scatters import slope
from harness.report.reporters import FILES, REPORTERS
from harness.report.sample import KEPT
from harness.report.timeseries import SPANS
from profiles.record import Record
from tests.harness.report.runs import drawn, findings_of


def merged(records: list[Record], parts: int) -> Details:
    """The details of records that were dealt out to parts."""
    whole = Details()
    for part in range(parts):
        whole.merge(Details.of(records[part::parts]))
    return whole


@pytest.mark.parametrize(("seconds", "parts"), [(100, 2), (100, 7), (5 * SPANS, 3)])
def test_every_form_of_a_report_is_the_same(seconds: int, parts: int) -> None:
    records = list(drawn(400, per_s=400 / seconds))
    Random(3).shuffle(records)
    whole = findings_of(records)
    put_together = replace(whole, details=merged(records, parts))
    for name in FILES:
        assert REPORTERS[name](put_together) == REPORTERS[name](whole), name


def test_a_part_may_be_empty_and_a_short_one_may_come_before_a_long_one() -> None:
    short, long = list(drawn(20)), list(drawn(20, per_s=20 / (3 * SPANS)))
    whole = Details()
    for part in ([], short, [], long):
        whole.merge(Details.of(part))
    expected = Details.of([*short, *long])
    assert whole.timeseries.width_s == expected.timeseries.width_s == 4
    assert whole.timeseries.in_flight() == expected.timeseries.in_flight()
    assert slope(whole.by_tokens.ttft_by_prompt.line()) == slope(expected.by_tokens.ttft_by_prompt.line())


def test_the_sample_of_the_whole_is_that_of_its_parts() -> None:
    records = list(drawn(2 * KEPT))
    assert list(merged(records, 3).sample.points()) == list(Details.of(records).sample.points())


def test_groups_of_failures_stay_bounded() -> None:
    failed = next(record for record in drawn(200) if record.outcome == "truncated")
    parts = [[structs.replace(failed, detail=f"{part}-{number}") for number in range(GROUPS)] for part in range(2)]
    whole = Details()
    for part in parts:
        whole.merge(Details.of(part))
    assert len(whole.errors.most_common()) == GROUPS + 1
    assert sum(failure.count for failure, _ in whole.errors.most_common()) == 2 * GROUPS
