"""One level of load: how far the harness was from the truth there, and whether that is near enough."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from profiles.journal import JournalEntry
from profiles.record import Record

from ..measure.distribution import NEEDED
from ..measure.histogram import nearest_rank
from .differences import joined, known, whole_streams


@dataclass(frozen=True, slots=True)
class Exact:
    """A few exact order statistics. None where the sample does not carry them (measure.distribution.NEEDED)."""

    n: int
    p50: float | None = None
    p99: float | None = None
    max: float | None = None

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Those of these values."""
        ordered = sorted(values)

        def at(q: float) -> float | None:
            return ordered[nearest_rank(q, len(ordered)) - 1] if len(ordered) >= NEEDED[q] else None

        return cls(len(ordered), at(0.5), at(0.99), ordered[-1] if ordered else None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is near enough: of the first token p50 and p99 in ms, of the ITL a share."""

    first_p50_ms: float = 0.5
    first_p99_ms: float = 5.0
    itl: float = 0.01


AS_USUAL: Final = Bounds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What was found with so many streams at once in one worker. Times are ms, received minus written.

    `itl` is the mean error of the inter-token latency, a share. `lag_ms` is how late the harness was to read,
    `mock_late_ms` the most that the mock was behind its own plan: neither is an error of what was measured.
    `missing` are requests that only one side knows of.
    """

    streams: int
    requests: int
    complete: int
    missing: int
    events_per_s: float | None
    first_ms: Exact
    last_ms: Exact
    gap_ms: Exact
    end_ms: Exact
    itl: float | None
    tokens_differ: int
    lag_ms: Exact
    mock_late_ms: float | None
    not_held: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The level as JSON values, without what was not measured."""
        return {
            name: {key: figure for key, figure in value.items() if figure is not None}
            if isinstance(value, dict)
            else value
            for name, value in asdict(self).items()
            if value is not None
        }


def level(
    streams: int,
    records: Sequence[Record],
    entries: Sequence[JournalEntry],
    *,
    bounds: Bounds,
    settled_at: float,
    mock_late_ms: float | None,
) -> Level:
    """The level that these records and the journal of the same time make; what was sent before `settled_at` (while the
    load grew) counts for nothing but completeness."""
    pairs, unheard, unsent = joined(records, entries)
    settled = [pair for pair in pairs if (pair[0].sent_at or math.inf) >= settled_at]
    found = whole_streams(settled)
    shares = known(found, "itl")
    complete = sum(record.outcome == "complete" for record in records)
    result = Level(
        streams=streams,
        requests=len(records),
        complete=complete,
        missing=unheard + unsent,
        events_per_s=_events_per_s([record for record, _ in settled]),
        first_ms=Exact.of(known(found, "first_ms")),
        last_ms=Exact.of(known(found, "last_ms")),
        gap_ms=Exact.of(known(found, "gap_ms")),
        end_ms=Exact.of(known(found, "end_ms")),
        itl=sum(shares) / len(shares) if shares else None,
        tokens_differ=sum(count != 0 for count in known(found, "tokens")),
        lag_ms=Exact.of([record.lag_ms for record, _ in settled if record.lag_ms is not None]),
        mock_late_ms=mock_late_ms,
    )
    return _judged(result, bounds)


def _judged(found: Level, bounds: Bounds) -> Level:
    return replace(found, not_held=tuple(_not_held(found, bounds)))


def _not_held(found: Level, bounds: Bounds) -> Iterator[str]:
    if found.complete < found.requests:
        yield f"{found.requests - found.complete} of {found.requests} not complete"
    if found.missing:
        yield f"{found.missing} requests that only one side knows of"
    if found.tokens_differ:
        yield f"{found.tokens_differ} token counts differ"
    if found.first_ms.p99 is None:
        yield f"{found.first_ms.n} streams are too few for a p99 (it takes {NEEDED[0.99]}: measure for longer)"
    for name, value, most in (
        ("p50", found.first_ms.p50, bounds.first_p50_ms),
        ("p99", found.first_ms.p99, bounds.first_p99_ms),
    ):
        if value is not None and abs(value) > most:
            yield f"first token {name} {value:.2f} ms off (at most {most:g})"
    if found.itl is not None and abs(found.itl) > bounds.itl:
        yield f"ITL {found.itl:.1%} off (at most {bounds.itl:.1%})"


def _events_per_s(records: Sequence[Record]) -> float | None:
    """Completion tokens a second, from the first sending to the last end."""
    spans = [
        (record.sent_at, record.sent_at + record.done_ms / 1000)
        for record in records
        if record.sent_at and record.done_ms
    ]
    if not spans:
        return None
    length_s = max(end for _, end in spans) - min(begin for begin, _ in spans)
    tokens = sum(record.tokens.completion or 0 for record in records if record.tokens)
    return tokens / length_s if length_s > 0 else None
