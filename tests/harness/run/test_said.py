"""What lines of a child mean."""

import pytest

from harness.load.fed import Fed
from harness.money.spending import Money
from harness.run.said import Gone, Joined, Listening, Said, Status, Stopped, Undelivered, Unwritable, understood


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (b'{"state": "running", "users": 3}', Status("running", 3)),
        (b'{"state": "running", "users": 3, "worker": 1, "records": 7}', Status("running", 3, 1, 7)),
        (b'{"event": "listening", "port": 4711}', Listening(4711)),
        (
            b'{"event": "joined", "worker": 0, "name": "h_ab", "labels": {"region": "eu"}}',
            Joined(0, "h_ab", {"region": "eu"}),
        ),
        (
            b'{"event": "gone", "worker": 2, "name": "h_cd", "why": "lost", "records": 5, "missing": null}',
            Gone(2, "h_cd", "lost", 5, None),
        ),
        (
            b'{"event": "unwritable", "why": "No space left on device", "path": "/r"}',
            Unwritable("No space left on device", "/r"),
        ),
        (b'{"event": "undelivered", "path": "/s/records-1.jsonl", "records": 9}', Undelivered("/s/records-1.jsonl", 9)),
        (
            b'{"event": "fed", "users": 2, "due": 20, "waited": 9, "longest_wait_s": 1.5, "unsent": 3, "needed": 8}',
            Fed(users=2, due=20, waited=9, longest_wait_s=1.5, unsent=3, needed=8),
        ),
        (
            b'{"event": "money", "cap_usd": 0.5, "spent_usd": 0.1, "dry": true}',
            Money(cap_usd=0.5, spent_usd=0.1, dry=True),
        ),
        (b'{"event": "stopped", "why": "401"}', Stopped("401")),
        (b'{"event": "spent", "worker": 1}', None),
        (b'{"event": "listening"}', None),
        (b'{"event": ["listening"]}', None),
        (b'{"state": "running"}', None),
        (b"hello", None),
        (b"[1]", None),
        (b"", None),
    ],
)
def test_a_line_is_a_status_an_event_or_nothing_to_us(line: bytes, meant: Said | None) -> None:
    assert understood(line) == meant


def test_a_worker_is_named_with_its_machine_and_labels() -> None:
    assert str(Joined(3, "h_ab", {"region": "eu", "tier": "x"})) == "worker 3 (h_ab, region=eu, tier=x)"
