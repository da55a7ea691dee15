from collections.abc import Mapping

import pytest

from harness.client.told import reset_wait_ms, told_wait_ms

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


def reset(unit: str, remaining: str, duration: str) -> dict[str, str]:
    return {f"x-ratelimit-remaining-{unit}": remaining, f"x-ratelimit-reset-{unit}": duration}


@pytest.mark.parametrize(
    ("headers", "expected_ms"),
    [
        ({}, None),
        (reset("requests", "0", "20ms"), 20),
        (reset("requests", "0", "1.5s"), 1_500),
        (reset("tokens", "0", "6m0s"), 360_000),
        (reset("tokens", "0", "1h2m3s"), 3_723_000),
        (reset("requests", "3", "20ms"), None),
        (reset("requests", "0", "20ms") | reset("tokens", "0", "30ms"), 30),
        (reset("requests", "0", "20ms") | reset("tokens", "9", "30ms"), 20),
        (reset("requests", "0", "soon"), None),
        ({"x-ratelimit-remaining-requests": "0"}, None),
    ],
)
def test_a_limit_that_is_used_up_says_when_it_is_full(headers: dict[str, str], expected_ms: float | None) -> None:
    assert reset_wait_ms(headers) == expected_ms
