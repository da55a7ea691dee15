"""What Locust's statistics are told."""

import msgspec.structs
import pytest

from harness.measure.timeline import Reply, Timeline
from harness.swarm.announcing import request_event
from profiles.record import Outcome, Record

SEEN = Timeline(sent_at=1.0, stream=True, reply=Reply(text="ä!"))
RECORD = Record(
    id="c.1", attempt=1, class_="short", model="m", stream=True, intended_at=1.0, outcome="complete", done_ms=812.345
)


def test_a_success_is_told_with_its_true_duration_and_size() -> None:
    assert request_event(RECORD, SEEN) == {
        "request_type": "POST",
        "name": "short",
        "response_time": 812.345,
        "response_length": 3,
        "exception": None,
    }


@pytest.mark.parametrize(
    ("outcome", "detail", "said"),
    [("rate_limited", "tokens", "rate_limited: tokens"), ("cancelled", None, "cancelled")],
)
def test_a_failure_is_told_by_its_outcome(outcome: Outcome, detail: str | None, said: str) -> None:
    event = request_event(msgspec.structs.replace(RECORD, outcome=outcome, detail=detail), SEEN)
    assert event is not None
    assert str(event["exception"]) == repr(event["exception"]) == said


def test_a_planned_hang_up_is_no_failure() -> None:
    event = request_event(msgspec.structs.replace(RECORD, outcome="abandoned"), SEEN)
    assert event is not None
    assert event["exception"] is None


def test_what_was_never_sent_is_not_told() -> None:
    assert request_event(msgspec.structs.replace(RECORD, outcome="not_sent"), SEEN) is None
