import re
from random import Random

import pytest

from harness.client.retry import NAMES, Happened, Policy, RetryPlan, plan_of, retryable
from profiles.record import OUTCOMES, Outcome

REFUSED = Happened("rate_limited", 429)
FAILED = Happened("server_error", 503)


def waits(policy: Policy, happened: list[Happened]) -> list[float]:
    """The waits a policy answers with, until it ends."""
    answers = [next(policy)]
    for one in happened:
        try:
            answers.append(policy.send(one))
        except StopIteration:
            break
    return answers


def planned(text: str, happened: list[Happened], seed: int = 1) -> list[float]:
    """The waits between attempts."""
    return waits(plan_of(text).policy(Random(seed)), happened)[1:]


@pytest.mark.parametrize("name", NAMES)
def test_the_first_attempt_is_made_at_once(name: str) -> None:
    assert next(plan_of(name).policy(Random(1))) == 0.0


@pytest.mark.parametrize(
    ("text", "expected_ms"),
    [
        ("none", []),
        ("immediate", [0, 0, 0]),
        ("fixed", [500, 500, 500]),
        ("fixed, base_ms=20, attempts=3", [20, 20]),
        ("exponential, jitter=none, attempts=7", [500, 1000, 2000, 4000, 8000, 8000]),
        ("exponential, jitter=none, attempts=4, base_ms=100, cap_ms=300", [100, 200, 300]),
        ("exponential,jitter=none,max_wait_ms=1500", [500, 1000]),
        ("exponential,jitter=none,max_wait_ms=1499", [500]),
    ],
)
def test_policies_without_chance(text: str, expected_ms: list[float]) -> None:
    assert planned(text, [FAILED] * 9) == expected_ms


def test_a_wait_grows_to_its_cap_however_often_it_is_doubled() -> None:
    assert planned("exponential, jitter=none, attempts=2001, base_ms=1, cap_ms=3", [FAILED] * 2000)[-1] == 3
    assert planned("exponential, jitter=none, attempts=2001, base_ms=0", [FAILED] * 2000) == [0] * 2000


@pytest.mark.parametrize(
    ("jitter", "ranges"),
    [
        ("full", [(0, 500), (0, 1000), (0, 2000), (0, 4000), (0, 8000), (0, 8000)]),
        ("equal", [(250, 500), (500, 1000), (1000, 2000), (2000, 4000), (4000, 8000), (4000, 8000)]),
        ("decorrelated", [(500, 1500), (500, 4500), (500, 8000), (500, 8000), (500, 8000), (500, 8000)]),
    ],
)
def test_waits_are_spread_over_their_range(jitter: str, ranges: list[tuple[float, float]]) -> None:
    drawn = [planned(f"exponential, jitter={jitter}, attempts=7", [FAILED] * 9, seed) for seed in range(600)]
    for position, (least, most) in enumerate(ranges):
        column = [row[position] for row in drawn]
        width = most - least
        assert least <= min(column) < least + 0.05 * width
        assert most - 0.15 * width < max(column) <= most


def test_decorrelated_waits_follow_from_the_one_before() -> None:
    for seed in range(200):
        row = planned("exponential, jitter=decorrelated, attempts=7", [FAILED] * 9, seed)
        assert all(after <= max(500, 3 * before) for before, after in zip([500, *row], row, strict=False))


def test_a_call_ends_with_a_success() -> None:
    assert len(planned("backoff", [REFUSED, Happened("complete", 200)])) == 1


def test_the_same_seed_draws_the_same_waits() -> None:
    assert planned("backoff", [REFUSED] * 3, 5) == planned("backoff", [REFUSED] * 3, 5)
    assert planned("backoff", [REFUSED] * 3, 5) != planned("backoff", [REFUSED] * 3, 6)


TOLD = Happened("rate_limited", 429, {"retry-after-ms": "1234", "retry-after": "2"})
USED_UP = Happened("rate_limited", 429, {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "3s"})


@pytest.mark.parametrize(
    ("text", "happened", "expected_ms"),
    [
        ("backoff", TOLD, [1234]),
        ("immediate", TOLD, [1234]),
        ("fixed, told=no", TOLD, [500]),
        ("fixed, longest_told_ms=1234", TOLD, [1234]),
        ("fixed, longest_told_ms=1233", TOLD, []),
        ("fixed, max_wait_ms=1000", TOLD, []),
        ("backoff", Happened("rate_limited", 429, {"retry-after": "121"}), []),
        ("fixed", USED_UP, [3000]),
        ("fixed, cap_ms=2000", USED_UP, [2000]),
        ("fixed, told=no", USED_UP, [500]),
        ("fixed", Happened("server_error", 503, USED_UP.headers), [500]),
    ],
)
def test_what_the_server_says_is_kept(text: str, happened: Happened, expected_ms: list[float]) -> None:
    assert planned(text, [happened]) == expected_ms


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sometimes", "'sometimes' is no retry policy; there are: none, immediate, fixed, exponential, backoff"),
        ("fixed, speed=3", "'speed=3' is nothing that a policy has; there are: attempts, base_ms"),
        ("fixed, attempts", "'attempts' is nothing that a policy has"),
        ("fixed, attempts=0", "attempts: '0' is no number of attempts, which counts the first one"),
        ("fixed, base_ms=-1", "base_ms: '-1' is no number of milliseconds"),
        ("fixed, base_ms=nan", "base_ms: 'nan' is no number of milliseconds"),
        ("fixed, base_ms=inf", "base_ms: 'inf' is no number of milliseconds"),
        ("backoff, cap_ms=inf", "cap_ms: 'inf' is no number of milliseconds"),
        ("backoff, max_wait_ms=1e999", "max_wait_ms: '1e999' is no number of milliseconds"),
        ("backoff, jitter=some", "jitter: 'some' is no jitter; there are: none, full, equal, decorrelated"),
        ("backoff, told=maybe", "told: 'maybe' is neither yes nor no"),
        ("none, attempts=3", "none has no attempts"),
    ],
)
def test_what_is_no_policy_is_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}"):
        plan_of(text)


def test_what_is_not_given_stays() -> None:
    assert plan_of("backoff") == RetryPlan()


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
