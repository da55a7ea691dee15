"""Goodput: which requests were complete and kept their objectives."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gate.goodput import objectives_of
from harness.measure.goodput import Goodput, Objectives
from harness.measure.reading import read_summary
from harness.measure.summary import Fold, fold
from profiles.record import Record
from tests.harness.gate.attempts import RECORDS, attempt, many


def kept(records: list[Record], *texts: str) -> Goodput:
    good = fold(records, objectives=Objectives(each for text in texts for each in objectives_of(text))).whole.goodput
    assert good is not None
    return good


@pytest.mark.parametrize(
    ("text", "fields", "good"),
    [
        ("ttft <= 200ms", {}, 1),
        ("ttft < 200ms", {}, 0),
        ("ttft < 250ms", {}, 1),
        ("ttft < 250ms", {"sent_at": 1000.1}, 0),
        ("e2e < 300ms", {}, 0),
        ("e2e < 301ms", {}, 1),
        ("tpot < 21ms", {}, 1),
        ("tpot < 20ms", {}, 0),
        ("first_visible < 200ms", {}, 0),
        ("ttft < 1s, e2e < 250ms", {}, 0),
        ("ttft < 1s, e2e < 1s", {}, 1),
        ("ttft < 1ms", {"stream": False, "first_token_ms": None, "last_token_ms": None}, 1),
        ("short: ttft < 1ms", {}, 0),
        ("long: ttft < 1ms", {}, 1),
        ("ttft < 1s", {"outcome": "truncated"}, 0),
    ],
)
def test_a_request_is_good_when_it_is_complete_and_keeps_all_of_its_objectives(
    text: str, fields: dict[str, Any], good: int
) -> None:
    """It has its first token 200 ms after it was sent and due, 20 ms a token, and 300 ms in all."""
    assert kept([attempt(**fields)], text).kept == good


def test_the_share_is_of_those_that_could_succeed_or_fail_and_the_rate_over_the_window() -> None:
    records = [
        *many(6),
        *many(2, "truncated", first=6),
        *many(3, "abandoned", first=8),
        *many(5, "not_sent", first=11, sent_at=None, done_ms=None),
        *many(2, first=16, first_token_ms=900.0),
    ]
    good = kept(records, "ttft < 800ms")
    assert (good.n, good.kept, good.share) == (10, 6, 0.6)
    assert good.per_s == round(6 / 17.3, 3)
    assert good.ci is not None
    assert good.ci[0] < 0.6 < good.ci[1]
    assert kept([], "ttft < 1s") == Goodput(0, 0, None, None, None)


OBJECTIVES = Objectives(objectives_of("a: ttft < 20s, e2e < 30s"))


@given(RECORDS, RECORDS)
def test_it_is_the_same_by_parts_and_never_more_than_what_is_complete(one: list[Record], other: list[Record]) -> None:
    whole, part = Fold(OBJECTIVES), Fold(OBJECTIVES)
    for record in one:
        whole.add(record)
    for record in other:
        part.add(record)
    whole.merge(part)
    summary = whole.summary()
    assert summary == fold([*one, *other], objectives=OBJECTIVES)
    assert read_summary(summary.to_json()) == summary
    for section in (summary.whole, *summary.classes.values(), *(stage.section for stage in summary.stages)):
        assert section.goodput is not None
        assert section.goodput.kept <= section.requests.by_outcome.get("complete", 0)
    assert summary.whole.goodput is not None
    assert summary.whole.goodput.kept == sum(each.goodput.kept for each in summary.classes.values() if each.goodput)


@given(st.lists(st.sampled_from(["complete", "truncated"]), max_size=5))
def test_without_objectives_nothing_is_said_of_it(outcomes: list[Any]) -> None:
    summary = fold([attempt(number, outcome) for number, outcome in enumerate(outcomes)])
    assert summary.whole.goodput is None
    assert b"goodput" not in summary.to_json()
