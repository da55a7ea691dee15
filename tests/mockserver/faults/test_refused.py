import json
from typing import Any, NoReturn

import pytest

from mockserver.faults import KINDS, Asked
from mockserver.wire.errors import Refusal

ASKED = Asked("req_0123", "gpt-4o", "organization org-1")


def never(_: object) -> NoReturn:
    raise AssertionError("an answer was composed that nobody will see")


def struck(kind: str, **fields: Any) -> Refusal:
    refusal = KINDS[kind].model_validate(fields).edit(never, ASKED)
    assert isinstance(refusal, Refusal)
    return refusal


@pytest.mark.parametrize(
    ("status", "where", "layer", "type_", "code"),
    [
        (400, "application", "application", "invalid_request_error", None),
        (401, "limiter", "gateway", "invalid_request_error", "invalid_api_key"),
        (403, "limiter", "gateway", "request_forbidden", "unsupported_country_region_territory"),
        (404, "limiter", "gateway", "invalid_request_error", "model_not_found"),
        (409, "application", "application", "invalid_request_error", None),
        (422, "application", "application", "invalid_request_error", None),
        (429, "limiter", "limiter", "requests", "rate_limit_exceeded"),
        (499, "application", "application", "invalid_request_error", None),
        (500, "application", "application", "server_error", None),
        (501, "edge", "edge", "cf_error_501", 501),
        (502, "edge", "edge", "cf_bad_gateway", 502),
        (503, "application", "application", "server_error", None),
        (504, "edge", "edge", "cf_gateway_timeout", 504),
        (599, "edge", "edge", "cf_error_599", 599),
    ],
)
def test_each_status_has_the_body_of_the_layer_that_fails(
    status: int, where: str, layer: str, type_: str, code: object
) -> None:
    fault = KINDS["status"].model_validate({"status": status})
    refusal = struck("status", status=status)
    error = json.loads(refusal.body)["error"]
    assert (fault.kind, fault.layer, fault.replaces) == (f"status_{status}", where, True)
    assert (refusal.status, refusal.layer) == (status, layer)
    assert (error["type"], error["code"], error["param"]) == (type_, code, None)


@pytest.mark.parametrize(
    ("status", "page", "shown"),
    [
        (502, True, b"<title>502 Bad Gateway</title>"),
        (520, False, b"Web server is returning an unknown error"),
        (504, True, b'{"error":{"code":504'),
    ],
)
def test_the_edge_has_pages_for_browsers(status: int, page: bool, shown: bytes) -> None:
    assert shown in struck("status", status=status, page=page).body


def test_the_application_quotes_the_request_id() -> None:
    assert b"(Please include the request ID req_0123 in your email.)" in struck("status", status=500).body


def test_the_edge_answers_with_the_recorded_bytes() -> None:
    recorded = b'{"error":{"code":502,"message":"Bad gateway.","param":null,"type":"cf_bad_gateway"}}'
    assert struck("status", status=502).body == recorded
    assert len(recorded) == 84


def test_a_rate_limit_that_nobody_reached_reads_like_one_that_was() -> None:
    refusal = struck("rate_limit", dimension="tpm", limit=9, wait_ms=1_500)
    assert json.loads(refusal.body)["error"]["message"].startswith(
        "Rate limit reached for gpt-4o in organization org-1 on tokens per min (TPM): Limit 9, Used 9, Requested 1. "
        "Please try again in 1.5s."
    )
    assert dict(refusal.headers) == {"retry-after-ms": "1500", "retry-after": "2"}


def test_a_quota_and_a_server_that_is_not_ready() -> None:
    assert json.loads(struck("quota").body)["error"]["code"] == "insufficient_quota"
    assert struck("not_ready", for_s=5.0).status == 503
