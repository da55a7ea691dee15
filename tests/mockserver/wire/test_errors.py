import json

import pytest

from mockserver.wire import errors
from mockserver.wire.errors import Refusal


def _error(refusal: Refusal) -> dict[str, object]:
    error: dict[str, object] = json.loads(refusal.body)["error"]
    return error


def test_a_gateway_body_has_four_spaces_and_a_newline() -> None:
    body = errors.missing_model().body.decode()
    assert body.startswith('{\n    "error": {\n        "message": "you must provide')
    assert body.endswith("\n    }\n}\n")


def test_an_application_body_has_two_spaces_and_no_newline() -> None:
    body = errors.missing_parameter("messages").body.decode()
    assert body.startswith('{\n  "error": {\n    "message": "Missing required')
    assert body.endswith("\n  }\n}")


@pytest.mark.parametrize(
    ("refusal", "length"),
    [(errors.not_json(), 443), (errors.json_not_mentioned(), 219), (errors.bad_gateway(), 84)],
    ids=["not JSON", "no word json", "bad gateway"],
)
def test_a_body_is_as_long_as_the_recorded_one(refusal: Refusal, length: int) -> None:
    assert len(refusal.body) == length


def test_the_keys_of_an_error_stand_in_the_order_of_the_api() -> None:
    assert list(_error(errors.unknown_model("gpt-9"))) == ["message", "type", "param", "code"]


def test_the_gateway_escapes_angle_brackets_and_ampersands_as_go_does() -> None:
    refusal = errors.incorrect_key("<a&b>")
    assert b"\\u003ca\\u0026b\\u003e" in refusal.body
    assert "<a&b>" in str(_error(refusal)["message"])


@pytest.mark.parametrize(
    ("key", "shown"),
    [("sk-short", "sk-short"), ("sk-123456789", "sk-123456789"), ("sk-1234567890abcdef", "sk-12345*******cdef")],
)
def test_a_refused_key_is_starred_out_in_the_middle_and_short_ones_are_shown(key: str, shown: str) -> None:
    assert _error(errors.incorrect_key(key))["message"] == (
        f"Incorrect API key provided: {shown}. You can find your API key at https://platform.openai.com/account/api-keys."
    )


@pytest.mark.parametrize(
    ("refusal", "message", "param", "code"),
    [
        (
            errors.empty_array("messages"),
            "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            "messages",
            "empty_array",
        ),
        (
            errors.out_of_range("temperature", "decimal", "below", "0", "-1"),
            "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
            "temperature",
            "decimal_below_min_value",
        ),
        (
            errors.out_of_range("n", "integer", "above", "128", "130"),
            "Invalid 'n': integer above maximum value. Expected a value <= 128, but got 130 instead.",
            "n",
            "integer_above_max_value",
        ),
        (
            errors.bad_enum("response_format.type", "object", ("json_object", "json_schema", "text")),
            "Invalid value: 'object'. Supported values are: 'json_object', 'json_schema', and 'text'.",
            "response_format.type",
            "invalid_value",
        ),
        (
            errors.null_content(0),
            "Invalid value for 'content': expected a string, got null.",
            "messages.[0].content",
            None,
        ),
    ],
)
def test_a_field_error_says_what_is_wrong_where(refusal: Refusal, message: str, param: str, code: str | None) -> None:
    error = _error(refusal)
    assert (refusal.status, refusal.layer) == (400, "application")
    assert (error["message"], error["param"], error["code"]) == (message, param, code)


def test_a_rate_limit_names_the_dimension_as_its_type() -> None:
    refusal = errors.rate_limited(
        "gpt-4o",
        "organization org-x",
        "tpm",
        limit=30000,
        used=29937,
        requested=385,
        wait="644ms",
        headers=(("retry-after", "1"),),
    )
    assert _error(refusal) == {
        "message": "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, "
        "Used 29937, Requested 385. Please try again in 644ms. "
        "Visit https://platform.openai.com/account/rate-limits to learn more.",
        "type": "tokens",
        "param": None,
        "code": "rate_limit_exceeded",
    }
    assert (refusal.status, refusal.headers) == (429, (("retry-after", "1"),))


def test_the_edge_calls_its_502_by_a_number() -> None:
    assert _error(errors.bad_gateway()) == {
        "code": 502,
        "message": "Bad gateway.",
        "param": None,
        "type": "cf_bad_gateway",
    }


def test_a_server_error_carries_the_request_id() -> None:
    assert "(Please include the request ID req_1 in your email.)" in str(
        _error(errors.server_error("req_1"))["message"]
    )
