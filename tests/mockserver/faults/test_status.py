import json

import pytest

from mockserver.faults.status import StatusFault
from mockserver.wire.errors import Refusal


def never() -> str:
    raise AssertionError("an answer was composed that nobody will see")


def struck(status: int) -> Refusal:
    return StatusFault.model_validate({"status": status}).edit(never, "req_0123")


@pytest.mark.parametrize(
    ("status", "layer", "type_", "code"),
    [
        (500, "application", "server_error", None),
        (502, "edge", "cf_bad_gateway", 502),
        (503, "application", "server_error", None),
        (504, "edge", "cf_gateway_timeout", 504),
    ],
)
def test_each_status_has_the_body_of_the_layer_that_fails(
    status: int, layer: str, type_: str, code: int | None
) -> None:
    fault = StatusFault.model_validate({"status": status})
    refusal = struck(status)
    error = json.loads(refusal.body)["error"]
    assert (fault.kind, fault.layer) == (f"status_{status}", layer)
    assert (refusal.status, refusal.layer) == (status, layer)
    assert (error["type"], error["code"], error["param"]) == (type_, code, None)


def test_the_application_quotes_the_request_id() -> None:
    assert b"(Please include the request ID req_0123 in your email.)" in struck(500).body


def test_the_edge_answers_with_the_recorded_bytes() -> None:
    recorded = b'{"error":{"code":502,"message":"Bad gateway.","param":null,"type":"cf_bad_gateway"}}'
    assert struck(502).body == recorded
    assert len(recorded) == 84
