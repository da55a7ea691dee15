"""A level of load and its bounds."""

from dataclasses import replace

import pytest
from msgspec import structs

from harness.verify.level import AS_USUAL, Bounds, Exact, Level, level
from harness.verify.report import Verification
from profiles.journal import JournalEntry
from profiles.record import Record
from tests.harness.verify.test_differences import ENTRY, RECORD


def many(count: int, *, late_ms: float = 0.1, slow: float = 1.0) -> tuple[list[Record], list[JournalEntry]]:
    """So many equal streams, seen so late and so much slower than they were."""
    first_ms = 200.0 + late_ms
    record = structs.replace(RECORD, first_token_ms=first_ms, last_token_ms=first_ms + 200.0 * slow, lag_ms=0.5)
    names = [f"c{number}.1" for number in range(count)]
    return [structs.replace(record, id=name) for name in names], [replace(ENTRY, client_id=name) for name in names]


def found(
    records: list[Record], entries: list[JournalEntry], *, settled_at: float = 0.0, bounds: Bounds = AS_USUAL
) -> Level:
    return level(7, records, entries, bounds=bounds, settled_at=settled_at, mock_late_ms=1.5)


def test_a_level_tells_how_far_it_was_from_the_truth() -> None:
    seen = found(*many(300, late_ms=0.25))
    assert (seen.streams, seen.requests, seen.complete, seen.missing, seen.tokens_differ) == (7, 300, 300, 0, 0)
    assert seen.first_ms.p50 == pytest.approx(0.25)
    assert seen.first_ms.p99 == pytest.approx(0.25)
    assert seen.itl == pytest.approx(0.0)
    assert (seen.lag_ms.p50, seen.mock_late_ms, seen.not_held) == (0.5, 1.5, ())
    assert seen.events_per_s == pytest.approx(900 / 0.403, rel=0.01)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"late_ms": 0.6}, "first token p50 0.60 ms off (at most 0.5)"),
        ({"late_ms": 6}, "first token p99 6.00 ms off (at most 5)"),
        ({"slow": 1.02}, "ITL 2.0% off (at most 1.0%)"),
        ({"count": 299}, "299 streams are too few for a p99 (it takes 300: measure for longer)"),
    ],
)
def test_what_is_beyond_a_bound_is_said(change: dict[str, float], said: str) -> None:
    count = int(change.pop("count", 300))
    assert said in found(*many(count, **change)).not_held


def test_bounds_can_be_wider() -> None:
    wide = Bounds(first_p50_ms=10, first_p99_ms=10, itl=0.1)
    assert found(*many(300, late_ms=6, slow=1.02), bounds=wide).not_held == ()


def test_incomplete_missing_and_miscounted_answers_break_a_level() -> None:
    records, entries = many(302)
    records[0] = structs.replace(records[0], outcome="truncated")
    entries[1] = replace(entries[1], client_id="d.1")
    entries[2] = replace(entries[2], sent_tokens=4)
    said = found(records, entries).not_held
    assert said == ("1 of 302 not complete", "2 requests that only one side knows of", "1 token counts differ")


def test_what_was_sent_while_the_load_grew_does_not_count() -> None:
    records, entries = many(301, late_ms=0.1)
    records[0] = structs.replace(records[0], sent_at=90.0)
    assert found(records, entries, settled_at=100.0).first_ms.max == pytest.approx(0.1)


def test_a_percentile_needs_its_sample() -> None:
    assert Exact.of([3.0, 1.0, 2.0]) == Exact(3, None, None, 3.0)
    assert Exact.of(list(map(float, range(1, 301)))) == Exact(300, 150.0, 297.0, 300.0)
    assert Exact.of([]) == Exact(0)


def test_what_is_proven_ends_where_a_level_breaks() -> None:
    held, broken = found(*many(300)), found(*many(300, late_ms=6))
    levels = [replace(held, streams=1), replace(held, streams=2), replace(broken, streams=3), replace(held, streams=4)]

    def proven(*some: Level) -> int | None:
        return Verification(levels=some, bounds=AS_USUAL, matrix=None, chunks=True).proven_streams

    assert (proven(*levels), proven(*levels[2:]), proven()) == (2, None, None)
