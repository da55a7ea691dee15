"""What an attempt's answer took, as the summary counts it."""

from typing import Final, NamedTuple

from profiles.record import Record

from ..measure.histogram import bucket_of


class Latencies(NamedTuple):
    """TTFT and whole latency in ms from the intended send time, and their buckets; None where not measured.

    A latency is counted in many histograms: its bucket is worked out once for all of them.
    """

    ttft_ms: float | None
    e2e_ms: float | None
    ttft_bucket: int | None
    e2e_bucket: int | None


FAILED: Final = Latencies(None, None, None, None)


def latencies_of(record: Record) -> Latencies:
    """Those of a complete attempt, lateness in sending included; of any other, none."""
    if record.outcome != "complete" or record.sent_at is None:
        return FAILED
    late_ms = max((record.sent_at - record.intended_at) * 1000, 0.0)
    ttft_ms = None if record.first_token_ms is None else late_ms + record.first_token_ms
    e2e_ms = None if record.done_ms is None else late_ms + record.done_ms
    return Latencies(
        ttft_ms,
        e2e_ms,
        None if ttft_ms is None else bucket_of(ttft_ms),
        None if e2e_ms is None else bucket_of(e2e_ms),
    )
