"""What the harness saw minus what the server did, request by request. Instants are absolute: received minus written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from profiles.journal import JournalEntry
from profiles.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One whole stream, both ways. None is what one side does not know.

    `first_ms`, `last_ms` = received - written, of the first and the last token; `end_ms` of the end of the answer;
    `gap_ms` = longest gap between reads with content - longest gap between writes with content;
    `itl` = (time from first to last token here - there) / there, a share;
    `tokens` = completion tokens in the record - tokens sent.
    """

    first_ms: float | None
    last_ms: float | None
    end_ms: float | None
    gap_ms: float | None
    itl: float | None
    tokens: int | None


def joined(
    records: Iterable[Record], entries: Iterable[JournalEntry]
) -> tuple[list[tuple[Record, JournalEntry]], int, int]:
    """Records with the journal entries of the same requests; how many records and how many entries have no other side.

    A request that was sent twice (its connection had died unheard) has two entries: its record is of the last.
    """
    told = {entry.client_id: entry for entry in entries if entry.client_id is not None}
    sent = [record for record in records if record.sent_at is not None]
    pairs = [(record, told[record.id]) for record in sent if record.id in told]
    return pairs, len(sent) - len(pairs), len(told) - len(pairs)


def difference(record: Record, entry: JournalEntry) -> Difference:
    """The difference of a whole stream."""
    first_s = _span(record.first_token_ms, record.last_token_ms)
    there_s = (
        None
        if entry.first_token_at is None or entry.last_token_at is None
        else entry.last_token_at - entry.first_token_at
    )
    return Difference(
        first_ms=_late_ms(record, record.first_token_ms, entry.first_token_at),
        last_ms=_late_ms(record, record.last_token_ms, entry.last_token_at),
        end_ms=_late_ms(record, record.done_ms, entry.done_at),
        gap_ms=_gap_ms(record, entry),
        itl=(first_s - there_s) / there_s if first_s is not None and there_s else None,
        tokens=None
        if record.tokens is None or record.tokens.completion is None
        else record.tokens.completion - entry.sent_tokens,
    )


def whole_streams(pairs: Iterable[tuple[Record, JournalEntry]]) -> list[Difference]:
    """The differences of all streams that were complete."""
    return [difference(record, entry) for record, entry in pairs if record.stream and record.outcome == "complete"]


def known(differences: Sequence[Difference], name: str) -> list[float]:
    """One figure of all differences that have it."""
    return [value for each in differences if (value := getattr(each, name)) is not None]


def _span(first_ms: float | None, last_ms: float | None) -> float | None:
    return None if first_ms is None or last_ms is None else (last_ms - first_ms) / 1000


def _late_ms(record: Record, seen_ms: float | None, written_at: float | None) -> float | None:
    if record.sent_at is None or seen_ms is None or written_at is None:
        return None
    return (record.sent_at - written_at) * 1000 + seen_ms


def _gap_ms(record: Record, entry: JournalEntry) -> float | None:
    """None where the journal has no writes (--journal-chunks), or there were fewer than two with content."""
    if record.gaps is None or entry.chunks is None:
        return None
    written = [at_ms for (_, before), (at_ms, after) in pairwise([(0.0, 0), *entry.chunks]) if after > before]
    gaps = [later - earlier for earlier, later in pairwise(written)]
    return record.gaps.max_ms - max(gaps) if gaps else None
