import pytest

from mockserver.limits.admission import judge
from mockserver.limits.claim import Claim, Pool, PoolLimits
from mockserver.limits.decision import Decision
from mockserver.limits.headers import ratelimit_headers, retry_headers

TIER1 = PoolLimits(rpm=500, tpm=30_000)


def after(limits: PoolLimits, tokens: int, *, requests_taken: float = 0.0) -> Decision:
    return judge(Claim((Pool("p", limits),), tokens), [(requests_taken, 0.0, 0.0, 0.0)], [0.0], 0.0)


def shown(decision: Decision, speed: float) -> list[tuple[str, str]]:
    return [(name.decode(), value.decode()) for name, value in ratelimit_headers(decision.states, speed)]


def test_the_six_headers_of_a_first_request() -> None:
    assert shown(after(TIER1, 22), 1.0) == [
        ("x-ratelimit-limit-requests", "500"),
        ("x-ratelimit-limit-tokens", "30000"),
        ("x-ratelimit-remaining-requests", "499"),
        ("x-ratelimit-remaining-tokens", "29978"),
        ("x-ratelimit-reset-requests", "120ms"),
        ("x-ratelimit-reset-tokens", "44ms"),
    ]


def test_an_unlimited_dimension_has_no_headers() -> None:
    names = [name for name, _ in shown(after(PoolLimits(tpm=30_000), 22), 1.0)]
    assert names == ["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"]


def test_resets_are_told_on_the_clients_clock_and_counts_are_not_scaled() -> None:
    headers = dict(shown(after(TIER1, 15_000), 10.0))
    assert headers["x-ratelimit-reset-tokens"] == "3s"
    assert headers["x-ratelimit-remaining-tokens"] == "15000"


@pytest.mark.parametrize(
    ("rpm", "speed", "milliseconds", "seconds"),
    [
        (3, 1.0, "20000", "20"),
        (3, 10.0, "2000", "2"),
        (7, 1.0, "8572", "9"),
        (500, 1.0, "120", "1"),
        (3, 0.5, "40000", "40"),
    ],
)
def test_retry_headers_are_the_wait_on_the_clients_clock_rounded_up(
    rpm: int, speed: float, milliseconds: str, seconds: str
) -> None:
    refusal = after(PoolLimits(rpm=rpm), 1, requests_taken=rpm)
    assert retry_headers(refusal, speed) == [("retry-after-ms", milliseconds), ("retry-after", seconds)]


def test_the_noise_of_a_float_is_not_rounded_up_to_a_millisecond() -> None:
    limits = PoolLimits(tpm=30_000)
    refusal = judge(Claim((Pool("p", limits),), 2_007), [(0.0, 0.0, 30_000.0, 0.0)], [0.0], 0.0)
    assert (refusal.retry_after_s or 0) * 1000 > 4014
    assert retry_headers(refusal, 1.0)[0] == ("retry-after-ms", "4014")


def test_what_waiting_does_not_help_or_what_passed_tells_no_wait() -> None:
    assert retry_headers(after(TIER1, 30_001), 1.0) == []
    assert retry_headers(after(TIER1, 1), 1.0) == []
