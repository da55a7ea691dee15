"""What is measured of an attempt."""

from typing import Final

import msgspec

from profiles.record import Record

from .distribution import Measured, measured_of


class Measures(msgspec.Struct, frozen=True):
    """What was measured of an attempt, by the distribution that it is counted in; None where it was not.

    TTFT, first visible and e2e count from the intended send time and are of complete attempts, as is TPOT.
    """

    lateness_ms: Measured | None = None
    lag_ms: Measured | None = None
    ttft_ms: Measured | None = None
    first_visible_ms: Measured | None = None
    e2e_ms: Measured | None = None
    tpot_ms: Measured | None = None


NOTHING: Final = Measures()


def measured(record: Record) -> Measures:
    """The values of an attempt, worked out once for all that count them."""
    if record.sent_at is None:
        return NOTHING
    late = measured_of((record.sent_at - record.intended_at) * 1000)
    lag = None if record.lag_ms is None else measured_of(record.lag_ms)
    if record.outcome != "complete":
        return Measures(late, lag)
    ttft, tpot_ms = _after(late, record.first_token_ms), tpot_ms_of(record)
    at_once = record.first_visible_ms == record.first_token_ms
    return Measures(
        late,
        lag,
        ttft,
        ttft if at_once else _after(late, record.first_visible_ms),
        _after(late, record.done_ms),
        None if tpot_ms is None else measured_of(tpot_ms),
    )


def _after(late: Measured, value_ms: float | None) -> Measured | None:
    return None if value_ms is None else measured_of(late.ms + value_ms)


def tpot_ms_of(record: Record) -> float | None:
    """Time per output token of a stream, None where it has fewer than two tokens that could be seen."""
    if record.first_token_ms is None or record.last_token_ms is None or record.tokens is None:
        return None
    visible = (record.tokens.completion or 0) - (record.tokens.reasoning or 0)
    return (record.last_token_ms - record.first_token_ms) / (visible - 1) if visible > 1 else None
