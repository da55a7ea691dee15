"""What the harness saw minus what the server did."""

from dataclasses import replace

import pytest
from msgspec import structs

from harness.verify.differences import Difference, difference, joined, known, whole_streams
from profiles.journal import JournalEntry
from profiles.record import Gaps, Record, Tokens

RECORD = Record(
    id="c.1",
    attempt=1,
    class_="s",
    model="m",
    stream=True,
    intended_at=100.0,
    sent_at=100.0,
    outcome="complete",
    first_token_ms=201.0,
    last_token_ms=402.5,
    done_ms=403.0,
    tokens=Tokens(prompt=5, completion=3),
    gaps=Gaps(2, 101.0, {}),
)
ENTRY = JournalEntry(
    seq=1,
    id="req_1",
    client_id="c.1",
    route="chat",
    stream=True,
    received_at=100.0,
    first_token_at=100.2,
    last_token_at=100.4,
    done_at=100.4025,
    sent_tokens=3,
    chunks=[(100.0, 0), (200.0, 1), (300.0, 2), (400.0, 3), (402.0, 3)],
)


def test_every_instant_is_received_minus_written() -> None:
    found = difference(RECORD, ENTRY)
    assert found.first_ms == pytest.approx(1.0)
    assert found.last_ms == pytest.approx(2.5)
    assert found.end_ms == pytest.approx(0.5)
    assert found.gap_ms == pytest.approx(1.0)
    assert found.itl == pytest.approx(0.0015 / 0.2)
    assert found.tokens == 0


@pytest.mark.parametrize(
    ("record", "entry", "unknown"),
    [
        (structs.replace(RECORD, first_token_ms=None), ENTRY, {"first_ms", "itl"}),
        (RECORD, replace(ENTRY, last_token_at=None), {"last_ms", "itl"}),
        (RECORD, replace(ENTRY, done_at=None), {"end_ms"}),
        (RECORD, replace(ENTRY, chunks=None), {"gap_ms"}),
        (RECORD, replace(ENTRY, chunks=[(200.0, 1)]), {"gap_ms"}),
        (structs.replace(RECORD, gaps=None), ENTRY, {"gap_ms"}),
        (structs.replace(RECORD, tokens=None), ENTRY, {"tokens"}),
        (RECORD, replace(ENTRY, last_token_at=ENTRY.first_token_at), {"itl"}),
    ],
)
def test_what_one_side_does_not_know_is_missing(record: Record, entry: JournalEntry, unknown: set[str]) -> None:
    found = difference(record, entry)
    assert {name for name in Difference.__slots__ if getattr(found, name) is None} == unknown


def test_records_meet_the_entries_of_their_requests_and_the_others_are_counted() -> None:
    records = [
        RECORD,
        structs.replace(RECORD, id="c.2"),
        structs.replace(RECORD, id="c.3", sent_at=None, outcome="not_sent"),
    ]
    entries = [
        replace(ENTRY, seq=1, sent_tokens=0),
        ENTRY,
        replace(ENTRY, client_id="d.1"),
        replace(ENTRY, client_id=None),
    ]
    assert joined(records, entries) == ([(RECORD, ENTRY)], 1, 1)


def test_only_whole_streams_are_compared() -> None:
    others = (structs.replace(RECORD, outcome="truncated"), structs.replace(RECORD, stream=False), RECORD)
    found = whole_streams([(record, ENTRY) for record in others])
    assert [round(value) for value in known(found, "first_ms")] == [1]
