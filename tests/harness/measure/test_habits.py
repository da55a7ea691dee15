"""What the attempts of a run have in common."""

from typing import Any

from msgspec import structs

from harness.measure.habits import Habits
from profiles.record import Record, Tokens
from tests.harness.measure.test_summary import done, refused

LEFT = {"limit-requests": "100", "limit-tokens": "1000", "remaining-requests": "90", "remaining-tokens": "10"}


def told(habits: Habits) -> dict[str, Any]:
    """All that they say."""
    figures = {name: getattr(habits, name) for name in habits.__slots__}
    return figures | {"completions": {name: lengths.buckets for name, lengths in habits.completions.items()}}


def of(*records: Record) -> Habits:
    habits = Habits()
    for record in records:
        habits.add(record)
    return habits


def test_habits_of_parts_are_those_of_the_whole() -> None:
    limited = structs.replace(refused(1, attempt=2), ratelimit=LEFT)
    records = [
        done(0, turn=0),
        limited,
        done(2, turn=1, tokens=Tokens(2000, 50, cached=1500)),
        done(3, turn=1, class_="other"),
    ]
    whole, put_together = of(*records), Habits()
    for record in records:
        put_together.merge(of(record))
    assert told(put_together) == told(whole)
    assert (whole.refused, whole.requests_unused, whole.tokens_unused) == (1, 1, 0)
    assert (whole.repeats, whole.repeated_tokens, whole.cached_tokens) == (1, 2000, 1500)
    assert whole.retries.total() == 1
    assert whole.turns["short"].last(1) == 1
