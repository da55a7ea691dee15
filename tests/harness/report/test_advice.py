"""What to look at: every rule with what it says, and with what is not enough for it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from harness.measure.habits import Habits
from harness.measure.summary import fold
from harness.report.advice import MOST, advice
from profiles.record import Outcome, Record, Tokens

Records = Iterator[Record]


def record(number: int, outcome: Outcome = "complete", **fields: object) -> Record:
    values: dict[str, object] = {
        "id": f"c{number}.1",
        "attempt": 1,
        "class_": "chat",
        "model": "m",
        "stream": True,
        "intended_at": 100.0 + number,
        "sent_at": 100.0 + number,
        "first_token_ms": 200.0,
        "done_ms": 1000.0,
        "status": 200,
    }
    return Record(outcome=outcome, **(values | fields))  # type: ignore[arg-type]


def said(records: Records, **run: Any) -> list[str]:
    kept, habits = list(records), Habits()
    for each in kept:
        habits.add(each)
    return advice(fold(kept, run), habits)


def details(detail: str, count: int) -> Records:
    """A hundred complete answers, of which so many have that detail."""
    return (record(number, detail=detail if number < count else None) for number in range(100))


def answers(completion: int, count: int = 20) -> Records:
    return (record(number, tokens=Tokens(10, completion)) for number in range(count))


def retries(in_one_second: int, others: int) -> Records:
    """A hundred calls a tenth of which had a retry and more, so that the number of attempts itself is no matter."""
    yield from (record(number) for number in range(1000))
    moments = [500.0] * in_one_second + [600.0 + number for number in range(others)]
    for number, sent_at in enumerate(moments):
        yield record(number, id=f"c{number}.2", attempt=2, intended_at=sent_at, sent_at=sent_at)


def amplified(attempts: int) -> Records:
    """Twenty calls with so many attempts together."""
    yield from (record(number) for number in range(20))
    yield from (record(number * 7, id=f"c{number}.2", attempt=2) for number in range(attempts - 20))


def turns(last: int, count: int = 20) -> Records:
    for number in range(count):
        yield record(number, turn=0, tokens=Tokens(500, 10))
        yield record(number, turn=3, tokens=Tokens(last, 10))


def refused(requests_left: int, tokens_left: int, count: int = 20) -> Records:
    """A thousand attempts, of which so many were refused for a limit."""
    left = {"remaining-requests": str(requests_left), "remaining-tokens": str(tokens_left)}
    limits = left | {"limit-requests": "100", "limit-tokens": "1000"}
    for number in range(1000):
        yield record(number)
    for number in range(count):
        yield record(number, "rate_limited", status=429, ratelimit=limits)


def cached(tokens: int, prompt: int = 2000, count: int = 20) -> Records:
    return (record(number, turn=1, tokens=Tokens(prompt, 5, cached=tokens)) for number in range(count))


def costs(dear: int) -> Records:
    """Twenty attempts for 10 cents, and so many at 10 cents each."""
    yield from (record(number, cost_usd=0.005) for number in range(20))
    yield from (record(number, class_="dear", cost_usd=0.1) for number in range(dear))


def stages(second_ms: float) -> Records:
    for number in range(60):
        yield record(number, stage="0-60s: 1")
        yield record(100 + number, stage="60-120s: 5", first_token_ms=second_ms)


def late(late_s: float) -> Records:
    return (record(number, intended_at=100.0 + number - late_s) for number in range(300))


def abandoned(count: int) -> Records:
    return (record(number, "abandoned" if number < count else "complete") for number in range(100))


OPEN: dict[str, Any] = {"open_loop": {}}
AT = {"max_tokens": {"chat": 70}}
JUST = {"max_tokens": {"chat": 58}}

CASES: list[tuple[str, Records, dict[str, Any], Records, dict[str, Any], str]] = [
    (
        "`length`",
        details("length", 6),
        {},
        details("length", 5),
        {},
        "6 of 100 (6%) of the complete answers of chat end",
    ),
    ("max_tokens", answers(20), AT, answers(20), JUST, "95 % of its answers take 20 tokens or fewer (3.5 times that)"),
    ("retry wave", retries(6, 16), {}, retries(5, 16), {}, "6 of 22 retries (27.3%) were sent within one second"),
    (
        "attempts a call",
        amplified(25),
        {},
        amplified(24),
        {},
        "1.25 attempts a call: retries alone add 25% to the load",
    ),
    ("grow", turns(1000), {}, turns(990), {}, "from 500 tokens at the first turn to 1,000 at turn 4 (2.0 times)"),
    ("limit of tokens", refused(60, 10), {}, refused(60, 600), {}, "20 of 1,020 attempts (2%) were refused with 429"),
    (
        "limit of requests",
        refused(0, 700),
        {},
        refused(0, 700, 10),
        {},
        "all of them while half of the tokens per minute was left",
    ),
    ("cache", cached(400), {}, cached(500), {}, "20% of 40,000 prompt tokens of later turns came from the cache"),
    (
        "cache",
        cached(0),
        {},
        cached(0, prompt=1000),
        {},
        "0% of 40,000 prompt tokens of later turns came from the cache",
    ),
    ("cost", costs(5), {}, costs(1), {}, "dear makes 20% of the requests and 83% of the cost ($0.50 of $0.60)"),
    (
        "knee",
        stages(320.0),
        {},
        stages(280.0),
        {},
        "in stage 0-60s: 1 to 318 ms in 60-120s: 5: the server is at its knee",
    ),
    ("late", late(0.06), OPEN, late(0.04), OPEN, "one in a hundred requests was sent 60 ms late or more (p99)"),
    ("abandoned", abandoned(6), {}, abandoned(5), {}, "6 of 100 (6%) of the attempts of chat were abandoned"),
    (
        "usage",
        details("usage_mismatch", 2),
        {},
        details("usage_mismatch", 1),
        {},
        "the usage of 2 of 100 (2%) complete",
    ),
]


@pytest.mark.parametrize(("word", "records", "run", "fewer", "other", "text"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_speaks_above_its_threshold_and_not_at_it(
    *, word: str, records: Records, run: dict[str, Any], fewer: Records, other: dict[str, Any], text: str
) -> None:
    (sentence,) = (sentence for sentence in said(records, **run) if text in sentence)
    assert word in sentence
    assert not [sentence for sentence in said(fewer, **other) if word in sentence]


def test_a_closed_load_is_never_late() -> None:
    assert said(late(5.0)) == []


@pytest.mark.parametrize(
    "make", [lambda: turns(1000, 19), lambda: details("length", 0), lambda: cached(0, count=19), lambda: costs(0)]
)
def test_a_few_attempts_and_good_ones_say_nothing(make: Callable[[], Records]) -> None:
    assert said(make()) == []


def test_a_few_answers_say_nothing_of_max_tokens() -> None:
    assert said(answers(20, 19), **AT) == []


def test_a_gateway_that_counts_no_tokens_is_no_reason_to_fail() -> None:
    assert said(answers(0), **AT) == []


def test_what_concerns_most_of_the_run_comes_first_and_there_is_little_of_it() -> None:
    records = [*details("length", 90), *turns(9000), *cached(0), *costs(30), *late(0.2), *amplified(40), *stages(900.0)]
    found = said(iter([replace(each, id=f"x{number}.1") for number, each in enumerate(records)]), **OPEN)
    assert len(found) == MOST
    assert "TTFT p95 rises" in found[0]
