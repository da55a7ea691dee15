"""Which requests belong to one call."""

from dataclasses import replace

import pytest

from mockserver.truth.calls import calls_of, ending
from profiles.journal import JournalEntry
from tests.mockserver.truth.journals import START, call, entry


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (entry(), "complete"),
        (entry(status=503), "retryable"),
        (entry(status=429), "retryable"),
        (entry(status=408), "retryable"),
        (entry(status=None), "retryable"),
        (entry(status=429, final=True), "permanent"),
        (entry(status=400), "permanent"),
        (entry(fault="slow_tokens"), "complete"),
        (entry(fault="slow_tokens+truncate"), "broken"),
        (entry(hung_up_at=START + 1, done_at=None), "left"),
        (entry(status=None, done_at=None), "open"),
    ],
)
def test_how_a_request_ended(made: JournalEntry, expected: str) -> None:
    assert ending(made) == expected


def told(*entries: JournalEntry) -> tuple[list[int], int]:
    """How many attempts each call has, and how many requests are ambiguous."""
    calls = calls_of(entries)
    return [len(each) for each in calls.told], calls.ambiguous


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        # by id
        (call("a", 503, 503, 200) + call("b", 200), ([3, 1], 0)),
        (call("a", 503, 200) + call("b", 503, 200), ([2, 2], 0)),  # at the same time, about the same
        ([entry(0, status=503, client_id="x"), entry(1, client_id="x")], ([2], 0)),  # one id for every attempt
        ([entry(0, client_id="app"), entry(1, client_id="app")], ([], 2)),  # one id for everything
        ([entry(0, client_id="app", question="q1"), entry(1, client_id="app", question="q2")], ([], 2)),
        ([entry(0, 5, client_id="x"), entry(1, client_id="x")], ([], 2)),
        ([entry(0, client_id="a.1"), entry(1, client_id="a.7")], ([], 2)),
        # by retry count
        ([entry(0, status=503, retry=0), entry(1, retry=1)], ([2], 0)),
        ([entry(0, retry=0), entry(0.01, retry=0)], ([1, 1], 0)),
        ([entry(0, status=503, retry=0), entry(0.01, status=503, retry=0), entry(1, retry=1)], ([1, 1], 1)),
        ([entry(0, status=503, retry=0), entry(0.01, retry=0), entry(1, retry=1)], ([2, 1], 0)),
        ([entry(0, retry=3)], ([], 1)),
        ([entry(0, status=503, retry=0), entry(1, retry=1, key="k2")], ([1], 1)),
        ([entry(0, status=503, retry=0), entry(1, status=503, retry=1), entry(3, retry=0)], ([3], 0)),  # a loop outside
        # by what was asked
        ([entry(0, status=503), entry(1)], ([2], 0)),
        ([entry(0), entry(1)], ([1, 1], 0)),
        ([entry(0, status=503), entry(1, question="q2")], ([1, 1], 0)),
        ([entry(0, status=503), entry(100)], ([1, 1], 0)),
        ([entry(0, status=503), entry(0.01, status=503), entry(1)], ([1, 1], 1)),
        ([entry(0, status=503), entry(0.05, 5), entry(1)], ([1, 1], 1)),
        # others
        ([entry(question=None, route="/v1/models")], ([], 0)),
        ([entry(question=None, route="/v1/models", client_id="probe")], ([], 0)),
    ],
)
def test_attempts_are_told_apart(entries: list[JournalEntry], expected: tuple[list[int], int]) -> None:
    assert told(*entries) == expected


def test_the_order_of_the_lines_does_not_matter() -> None:
    entries = [entry(0, status=503, retry=0), entry(1, retry=1)]
    assert told(*reversed(entries)) == ([2], 0)


def test_many_identical_failures_stay_cheap() -> None:
    entries = [entry(i / 1000, 0.0001, status=503) for i in range(5_000)]
    calls = calls_of(entries)
    assert sum(map(len, calls.told)) + calls.ambiguous == 5_000


def test_a_file_of_two_servers_is_read_in_the_order_of_time() -> None:
    first = [replace(entry(0, status=503), seq=1), replace(entry(1), seq=2)]
    second = [replace(entry(100, status=503), seq=1), replace(entry(101), seq=2)]
    assert told(*first, *second) == ([2, 2], 0)
