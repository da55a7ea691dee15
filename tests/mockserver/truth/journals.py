"""Journals for tests: entries of calls, made of a few words."""

from itertools import count
from typing import Any

from profiles.journal import JournalEntry

START = 1_000.0
_numbers = count(1)


def entry(at: float = 0.0, took: float = 0.1, status: int | None = 200, **more: Any) -> JournalEntry:
    """A request that came `at` seconds after the start and was answered `took` seconds later."""
    seq = next(_numbers)
    fields: dict[str, Any] = {
        "seq": seq,
        "id": f"req_{seq}",
        "route": "/v1/chat/completions",
        "stream": False,
        "received_at": START + at,
        "done_at": START + at + took,
        "status": status,
        "key": "k1",
        "question": "q1",
        "model": "gpt-4o",
    }
    return JournalEntry(**{**fields, **more})


def call(
    name: str, *statuses: int | None, waits: tuple[float, ...] = (), at: float = 0.0, **more: Any
) -> list[JournalEntry]:
    """The attempts of one call, each `waits` seconds after the one before (one second, when nothing is said)."""
    entries = []
    for number, status in enumerate(statuses):
        entries.append(entry(at, status=status, client_id=f"{name}.{number}", **more))
        at += 0.1 + (waits[number] if number < len(waits) else 1.0)
    return entries
