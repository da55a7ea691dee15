import tomllib
from typing import Any

import pytest

from mockserver.limits.pasted import limits_from_headers
from profiles import ProfileError
from profiles.schema.limits import LimitsFile
from profiles.schema.reading import validated

CURL = """
*   Trying 10.0.0.1:443...
< HTTP/2 200
< content-type: application/json
< OpenAI-Model: gpt-4o-2024-08-06
< x-ratelimit-limit-requests: 500
< x-ratelimit-limit-tokens: 30000
< x-ratelimit-remaining-requests: 499
< x-ratelimit-remaining-tokens: 29978
< x-ratelimit-reset-requests: 120ms
< x-ratelimit-reset-tokens: 44ms
"""
BODY = """
HTTP/1.1 200 OK
X-RateLimit-Limit-Requests: 10000
X-RateLimit-Remaining-Requests: 9999
X-RateLimit-Reset-Requests: 8.64s

{"id": "chatcmpl-1", "object": "chat.completion", "model": "gpt-4o-mini-2024-07-18", "choices": []}
"""
JSON = """{"x-ratelimit-limit-requests": "5000", "x-ratelimit-remaining-requests": "4999",
 "x-ratelimit-reset-requests": "12ms"}"""
PYTHON = "Headers([('x-ratelimit-limit-tokens', '150000000'), ('x-ratelimit-remaining-tokens', '149999992'), " + (
    "('x-ratelimit-reset-tokens', '0s')])"
)
POOLS = {"gpt-4o-2024-08-06": "gpt-4o", "gpt-4o-mini-2024-07-18": "gpt-4o-mini"}


def made(text: str) -> dict[str, Any]:
    raw = tomllib.loads(limits_from_headers("f", text, lambda model: POOLS.get(model, model)))
    validated(LimitsFile, "f", raw)
    del raw["description"]
    return raw


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        (CURL, {"models": {"gpt-4o": {"rpm": 500, "tpm": 30_000}}}),
        (BODY, {"models": {"gpt-4o-mini": {"rpd": 10_000}}}),
        (JSON, {"default": {"rpm": 5_000}}),
        (PYTHON, {"default": {"tpm": 150_000_000}}),
        (CURL + BODY + JSON, {"models": {"gpt-4o": {"rpm": 500, "tpm": 30_000}, "gpt-4o-mini": {"rpd": 10_000}}}),
        (BODY + CURL, {"models": {"gpt-4o": {"rpm": 500, "tpm": 30_000}, "gpt-4o-mini": {"rpd": 10_000}}}),
    ],
)
def test_headers_are_found_in_whatever_form_they_are_pasted(text: str, limits: dict[str, Any]) -> None:
    if text == CURL + BODY + JSON:
        limits = {**limits, "default": {"rpm": 5_000}}
    assert made(text) == limits


def _shown(unit: str, limit: int, remaining: int, reset: str) -> str:
    values = (("limit", limit), ("remaining", remaining), ("reset", reset))
    return "\n".join(f"x-ratelimit-{what}-{unit}: {value}" for what, value in values)


@pytest.mark.parametrize(
    ("unit", "limit", "remaining", "reset", "dimension"),
    [
        ("requests", 10_000, 9_999, "6ms", "rpm"),
        ("requests", 10_000, 9_999, "8.64s", "rpd"),
        ("requests", 10_000, 9_998, "13.065s", "rpd"),
        ("requests", 10_000, 9_997, "19.496s", "rpd"),
        ("requests", 30_000, 29_999, "2ms", "rpm"),
        ("requests", 200, 0, "24h0m0s", "rpd"),
        ("requests", 3, 0, "1m0s", "rpm"),
        ("tokens", 30_000, 15_000, "30s", "tpm"),
        ("tokens", 90_000, 45_000, "12h0m0s", "tpd"),
        ("requests", 120, 119, "500", "rpm"),  # Azure: bare milliseconds
    ],
)
def test_a_minute_is_told_from_a_day_by_the_reset(
    unit: str, limit: int, remaining: int, reset: str, dimension: str
) -> None:
    text = limits_from_headers("f", _shown(unit, limit, remaining, reset), str)
    assert tomllib.loads(text)["default"] == {dimension: limit}
    assert f"# limit {limit}, remaining {remaining}, reset {reset}\n" in text


@pytest.mark.parametrize("text", [_shown("requests", 500, 500, "0s"), "x-ratelimit-limit-requests: 500"])
def test_what_the_reset_does_not_tell_is_taken_per_minute_and_said(text: str) -> None:
    made_text = limits_from_headers("f", text, str)
    assert tomllib.loads(made_text)["default"] == {"rpm": 500}
    assert "per minute or per day? The reset does not tell" in made_text


def test_a_number_may_have_commas_in_it() -> None:
    assert made("x-ratelimit-limit-requests: 10,000") == {"default": {"rpm": 10_000}}
    assert made('{"x-ratelimit-limit-requests":10,"other":5}') == {"default": {"rpm": 10}}


def test_answers_of_one_model_come_together() -> None:
    day, minute = _shown("requests", 10_000, 9_999, "8.64s"), _shown("requests", 500, 100, "48s")
    assert made(f"{day}\n{minute}") == {"default": {"rpd": 10_000, "rpm": 500}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f: no x-ratelimit-limit-* headers in it; paste those of an answer"),
        ("x-ratelimit-remaining-requests: 5", "f: no x-ratelimit-limit-* headers in it"),
        ("\nx-ratelimit-limit-requests: many", "f: line 2: x-ratelimit-limit-requests should be a whole number"),
        ("x-ratelimit-limit-requests: 0", "f: line 1: x-ratelimit-limit-requests should be a whole number"),
        ("x-ratelimit-reset-tokens: soon", "f: line 1: x-ratelimit-reset-tokens should be a duration such as 120ms"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(text: str, message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        limits_from_headers("f", text, str)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
