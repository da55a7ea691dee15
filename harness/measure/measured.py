"""What is measured of an attempt."""

from collections.abc import Sequence

from profiles.record import Record

from .distribution import Measured, measured_of

Measures = Sequence[tuple[str, Measured]]
"""Values that were measured of an attempt, by the names of the distributions that they go into."""


def measured(record: Record) -> Measures:
    """The values of an attempt that go into spreads, by the names of those."""
    if record.sent_at is None:
        return []
    late = measured_of((record.sent_at - record.intended_at) * 1000)
    late_ms = late[0]
    values: list[tuple[str, Measured]] = [("lateness_ms", late)]
    if record.lag_ms is not None:
        values.append(("lag_ms", measured_of(record.lag_ms)))
    if record.outcome != "complete":
        return values
    if record.first_token_ms is not None:
        values.append(("ttft_ms", measured_of(late_ms + record.first_token_ms)))
    if record.first_visible_ms is not None:
        values.append(("first_visible_ms", measured_of(late_ms + record.first_visible_ms)))
    if record.done_ms is not None:
        values.append(("e2e_ms", measured_of(late_ms + record.done_ms)))
    tpot_ms = tpot_ms_of(record)
    if tpot_ms is not None:
        values.append(("tpot_ms", measured_of(tpot_ms)))
    return values


def tpot_ms_of(record: Record) -> float | None:
    """Time per output token of a stream, None where it has fewer than two tokens that could be seen."""
    if record.first_token_ms is None or record.last_token_ms is None or record.tokens is None:
        return None
    visible = (record.tokens.completion or 0) - (record.tokens.reasoning or 0)
    return (record.last_token_ms - record.first_token_ms) / (visible - 1) if visible > 1 else None
