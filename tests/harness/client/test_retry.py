from collections.abc import Mapping
from random import Random

import pytest

from harness.client.retry import POLICIES, Happened, Policy, backoff, none, retryable, told_wait_ms
from profiles.record import OUTCOMES, Outcome

REFUSED = Happened("rate_limited", 429)


def waits(policy: Policy, happened: list[Happened]) -> list[float]:
    """The waits a policy answers with, until it ends."""
    answers = [next(policy)]
    for one in happened:
        try:
            answers.append(policy.send(one))
        except StopIteration:
            break
    return answers


@pytest.mark.parametrize("name", POLICIES)
def test_the_first_attempt_is_made_at_once(name: str) -> None:
    assert next(POLICIES[name](Random(1))) == 0.0


def test_none_never_tries_again() -> None:
    assert waits(none(Random(1)), [REFUSED]) == [0.0]


def test_backoff_ends_with_a_success_and_with_its_last_attempt() -> None:
    assert len(waits(backoff(Random(1)), [REFUSED, Happened("complete", 200)])) == 2
    assert len(waits(backoff(Random(1), max_attempts=3), [REFUSED] * 9)) == 3


def test_waits_are_spread_over_a_doubling_and_capped_range() -> None:
    drawn = [waits(backoff(Random(seed), max_attempts=8), [REFUSED] * 9)[1:] for seed in range(300)]
    for position, ceiling_ms in enumerate([500, 1000, 2000, 4000, 8000, 8000, 8000]):
        column = [row[position] for row in drawn]
        assert max(column) <= ceiling_ms
        assert min(column) < 0.05 * ceiling_ms
        assert max(column) > 0.95 * ceiling_ms


def test_the_same_seed_draws_the_same_waits() -> None:
    assert waits(backoff(Random(5)), [REFUSED] * 3) == waits(backoff(Random(5)), [REFUSED] * 3)
    assert waits(backoff(Random(5)), [REFUSED] * 3) != waits(backoff(Random(6)), [REFUSED] * 3)


def test_its_knobs_turn() -> None:
    assert max(waits(backoff(Random(1), base_ms=1, max_attempts=3), [REFUSED] * 3)) <= 2
    assert max(waits(backoff(Random(1), cap_ms=3, max_attempts=9), [REFUSED] * 9)) <= 3
    told = Happened("rate_limited", 429, {"retry-after": "20"})
    assert waits(backoff(Random(1), longest_told_ms=20_000), [told]) == [0.0, 20_000]
    assert waits(backoff(Random(1), longest_told_ms=19_999), [told]) == [0.0]


def test_a_wait_that_the_server_names_is_kept_exactly() -> None:
    told = Happened("rate_limited", 429, {"retry-after-ms": "1234", "retry-after": "2"})
    assert waits(backoff(Random(1)), [told]) == [0.0, 1234.0]


def test_a_server_that_names_a_very_long_wait_is_not_asked_again() -> None:
    assert waits(backoff(Random(1)), [Happened("rate_limited", 429, {"retry-after": "121"})]) == [0.0]


DATES = {"date": "Mon, 23 Nov 2026 10:00:00 GMT", "retry-after": "Mon, 23 Nov 2026 10:00:07 GMT"}


@pytest.mark.parametrize(
    ("headers", "told_ms"),
    [
        ({}, None),
        ({"retry-after-ms": "250"}, 250),
        ({"retry-after": "1.5"}, 1500),
        ({"retry-after-ms": "soon", "retry-after": "1"}, 1000),
        ({"retry-after-ms": "-1"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        (DATES, 7000),
        ({**DATES, "retry-after": "Mon, 23 Nov 2026 09:59:00 GMT"}, None),
        ({"retry-after": DATES["retry-after"]}, None),
        ({**DATES, "date": "Mon, 23 Nov 2026 10:00:00"}, None),
    ],
)
def test_the_wait_is_read_from_either_header(headers: Mapping[str, str], told_ms: float | None) -> None:
    assert told_wait_ms(headers) == told_ms


AGAIN: dict[Outcome, bool] = {
    "complete": False,
    "truncated": True,
    "stream_error": True,
    "stalled": True,
    "timeout": True,
    "connect_error": True,
    "disconnected": True,
    "malformed": True,
    "empty": False,
    "invalid_content": False,
    "cancelled": False,
    "abandoned": False,
    "not_sent": False,
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_broken_answer_is_asked_for_again_and_a_whole_one_is_not(outcome: Outcome) -> None:
    assert retryable(Happened(outcome, 200)) is AGAIN.get(outcome, False)
    assert retryable(Happened(outcome)) is AGAIN.get(outcome, False)


@pytest.mark.parametrize(
    ("outcome", "status", "again"),
    [
        ("client_error", 400, False),
        ("client_error", 401, False),
        ("client_error", 408, True),
        ("client_error", 409, True),
        ("rate_limited", 429, True),
        ("quota_exhausted", 429, False),
        ("server_error", 500, True),
        ("server_error", 503, True),
        ("malformed", 302, False),
    ],
)
def test_a_refusal_is_judged_by_its_status(outcome: Outcome, status: int, again: bool) -> None:
    assert retryable(Happened(outcome, status)) is again


def test_the_server_s_own_word_on_retrying_decides() -> None:
    assert retryable(Happened("client_error", 400, {"x-should-retry": "true"}))
    assert not retryable(Happened("server_error", 500, {"x-should-retry": "false"}))
    assert not retryable(Happened("complete", 200, {"x-should-retry": "true"}))
    assert not retryable(Happened("quota_exhausted", 429, {"x-should-retry": "true"}))
