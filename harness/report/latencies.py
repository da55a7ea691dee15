"""What an attempt's answer took, as the summary counts it."""

from typing import NamedTuple

from profiles.record import Record


class Latencies(NamedTuple):
    """TTFT and whole latency in ms from the intended send time; None where not measured."""

    ttft_ms: float | None
    e2e_ms: float | None


FAILED = Latencies(None, None)


def latencies_of(record: Record) -> Latencies:
    """Those of a complete attempt, lateness in sending included; of any other, none."""
    if record.outcome != "complete" or record.sent_at is None:
        return FAILED
    late_ms = max((record.sent_at - record.intended_at) * 1000, 0.0)
    first_ms, done_ms = record.first_token_ms, record.done_ms
    return Latencies(None if first_ms is None else late_ms + first_ms, None if done_ms is None else late_ms + done_ms)
