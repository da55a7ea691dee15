"""Telling Locust's statistics of an attempt."""

from typing import Any

from profiles.record import Record

from ..measure.timeline import Timeline

NO_FAILURE = ("complete", "abandoned")


class AttemptFailedError(Exception):
    """What Locust counts a failed attempt by; it reads as "rate_limited: tokens"."""

    def __repr__(self) -> str:
        return str(self)


def request_event(record: Record, timeline: Timeline) -> dict[str, Any] | None:
    """The fields of Locust's request event for an attempt; None for one that was never sent.

    `response_time` is the true duration in ms, to the end of the answer; `response_length` counts the UTF-8 bytes of
    what the answer said.
    """
    if record.outcome == "not_sent":
        return None
    return {
        "request_type": "POST",
        "name": record.class_,
        "response_time": record.done_ms or 0.0,
        "response_length": len((timeline.text or timeline.body).encode()),
        "exception": None if record.outcome in NO_FAILURE else AttemptFailedError(_said(record)),
    }


def _said(record: Record) -> str:
    return f"{record.outcome}: {record.detail}" if record.detail else record.outcome
