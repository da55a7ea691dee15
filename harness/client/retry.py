"""Retry policies: pure generators that are told what happened and answer with how long to wait.

A policy first yields the wait before the first attempt (0), then, sent what became of an attempt, the wait in
milliseconds before the next; it ends when there is to be none. The caller sleeps:

    waits = backoff(random.Random(seed))
    wait_ms = next(waits)
    while True:
        ...  # sleep wait_ms, make the attempt
        try:
            wait_ms = waits.send(happened)
        except StopIteration:
            break
"""

import email.utils
import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final

from profiles.record import Outcome


@dataclass(frozen=True, slots=True)
class Happened:
    """What became of an attempt; `headers` have lower-case names."""

    outcome: Outcome
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Policy = Generator[float, Happened, None]

_STATUSES: Final = frozenset({408, 409, 429})
_BROKEN: Final[frozenset[Outcome]] = frozenset(
    {"connect_error", "disconnected", "timeout", "stalled", "truncated", "stream_error", "malformed"}
)
"""Answers that never came whole. A user asks again after a stream broke in the middle, although the official clients do
not: the attempts of such a call show what it cost. An answer that came whole (empty, invalid_content) is not asked for
again."""


def none(_rng: Random) -> Policy:
    """One attempt, whatever becomes of it."""
    yield 0.0


def backoff(
    rng: Random,
    *,
    max_attempts: int = 4,
    base_ms: float = 500.0,
    cap_ms: float = 8_000.0,
    longest_told_ms: float = 120_000.0,
) -> Policy:
    """Wait as the server says; where it says nothing, back off exponentially with full jitter.

    The k-th wait is uniform in [0, min(cap, base * 2^(k-1))) (Brooker, "Exponential Backoff and Jitter", AWS 2015). A
    server that names a longer wait than `longest_told_ms` is not asked again, as the official clients do.
    """
    happened = yield 0.0
    for retry in range(max_attempts - 1):
        if not retryable(happened):
            return
        told_ms = told_wait_ms(happened.headers)
        if told_ms is not None and told_ms > longest_told_ms:
            return
        happened = yield rng.uniform(0, min(cap_ms, base_ms * 2**retry)) if told_ms is None else told_ms


POLICIES: Final[Mapping[str, Callable[[Random], Policy]]] = {"none": none, "backoff": backoff}


def retryable(happened: Happened) -> bool:
    """Whether another attempt could fare better. `x-should-retry` decides where the server sends it."""
    if happened.outcome in ("complete", "cancelled", "abandoned", "not_sent", "quota_exhausted"):
        return False
    asked = happened.headers.get("x-should-retry", "").strip().lower()
    if asked in ("true", "false"):
        return asked == "true"
    if happened.status is not None and happened.status != 200:
        return happened.status in _STATUSES or happened.status >= 500
    return happened.outcome in _BROKEN


def told_wait_ms(headers: Mapping[str, str]) -> float | None:
    """The wait that the server asks for: `retry-after-ms`, else `retry-after` in seconds or as a date.

    A date is compared with the answer's own Date, so that the clocks of the two sides do not matter. None where there
    is no such header, or one that names no wait.
    """
    told_ms = _positive(headers.get("retry-after-ms"))
    if told_ms is not None:
        return told_ms
    after = headers.get("retry-after")
    told_s = _positive(after)
    if told_s is None:
        told_s = _until(after, headers.get("date"))
    return None if told_s is None else told_s * 1000


def _positive(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value < math.inf else None


def _until(date: str | None, now: str | None) -> float | None:
    try:
        then, answered = (email.utils.parsedate_to_datetime(text or "") for text in (date, now))
        seconds = (then - answered).total_seconds()
    except (TypeError, ValueError):
        return None
    return seconds if seconds > 0 else None
