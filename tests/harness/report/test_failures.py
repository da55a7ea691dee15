"""Grouping failures."""

import pytest

from harness.report.failures import Failure, Failures
from profiles.record import Outcome, Record


def record(outcome: Outcome, detail: str | None = None, status: int | None = None) -> Record:
    return Record(
        id="c.1",
        attempt=1,
        class_="a",
        model="m",
        stream=True,
        intended_at=0.0,
        outcome=outcome,
        detail=detail,
        status=status,
    )


def test_failures_are_grouped_and_the_most_frequent_come_first() -> None:
    failures = Failures()
    for each in (
        record("server_error", "http_502", 502),
        record("rate_limited", "rate_limit_exceeded", 429),
        record("rate_limited", "rate_limit_exceeded", 429),
        record("truncated", "no_done", 200),
    ):
        failures.add(each)
    assert failures.most_common(2) == [
        Failure("rate_limited", "rate_limit_exceeded", 429, 2),
        Failure("server_error", "http_502", 502, 1),
    ]


@pytest.mark.parametrize("outcome", ["complete", "abandoned", "not_sent"])
def test_what_did_not_fail_is_no_failure(outcome: Outcome) -> None:
    failures = Failures()
    failures.add(record(outcome, "length"))
    assert failures.most_common(9) == []


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (Failure("rate_limited", "rate_limit_exceeded", 429, 1), "rate_limited: rate_limit_exceeded (HTTP 429)"),
        (Failure("server_error", "http_502", 502, 1), "server_error: http_502"),
        (Failure("truncated", "no_done", 200, 1), "truncated: no_done"),
        (Failure("cancelled", None, None, 1), "cancelled"),
    ],
)
def test_a_failure_says_what_is_known_once(failure: Failure, text: str) -> None:
    assert str(failure) == text
