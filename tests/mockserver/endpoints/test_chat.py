import asyncio
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.clock import Clock
from mockserver.plan import Composer
from mockserver.reply import Reply, Writer
from mockserver.settings import Settings
from profiles.encodings import count_tokens

URL = "/v1/chat/completions"
NewClient = Callable[[Settings], TestClient]


def _body(text: str = "My PDF upload fails with a timeout.", **fields: Any) -> dict[str, Any]:
    return {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}], "max_tokens": 20, **fields}


def _error(client: TestClient, body: Any, status: int, **headers: str) -> dict[str, Any]:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    response = client.post(URL, content=content, headers=headers)
    assert response.status_code == status, response.text
    error: dict[str, Any] = response.json()["error"]
    return error


def _chunks(client: TestClient, body: dict[str, Any]) -> list[dict[str, Any]]:
    response = client.post(URL, json={**body, "stream": True})
    assert response.status_code == 200, response.text
    *frames, done, rest = response.text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    return [orjson.loads(frame.removeprefix("data: ")) for frame in frames]


def _pieces(chunks: list[dict[str, Any]]) -> list[str]:
    """The texts between the role chunk and the finish chunk."""
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]
    assert deltas[0] == {"role": "assistant", "content": "", "refusal": None}
    assert deltas[-1] == {}
    return [delta["content"] for delta in deltas[1:-1]]


def test_a_question_is_answered(client: TestClient) -> None:
    answer = client.post(URL, json=_body()).json()
    assert answer["model"] == "gpt-4o-mini-2024-07-18"
    assert answer["choices"][0]["message"]["role"] == "assistant"
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 20
    assert count_tokens(answer["choices"][0]["message"]["content"], "o200k_base") == 20


def test_the_pieces_of_a_stream_are_the_tokens_of_the_plain_answer(client: TestClient) -> None:
    plain = client.post(URL, json=_body()).json()
    chunks = _chunks(client, _body(stream_options={"include_usage": True}))
    pieces = _pieces(chunks)
    assert "".join(pieces) == plain["choices"][0]["message"]["content"]
    assert len(pieces) == plain["usage"]["completion_tokens"]
    assert chunks[-1]["usage"] == plain["usage"]
    assert len({(chunk["id"], chunk["created"], chunk["model"]) for chunk in chunks}) == 1


def test_usage_and_obfuscation_of_a_stream_are_the_clients_choice(client: TestClient) -> None:
    assert all("usage" not in chunk and "obfuscation" in chunk for chunk in _chunks(client, _body()))
    options = {"include_usage": True, "include_obfuscation": False}
    assert all(
        "usage" in chunk and "obfuscation" not in chunk for chunk in _chunks(client, _body(stream_options=options))
    )


def test_max_completion_tokens_caps_as_max_tokens_does(client: TestClient) -> None:
    body = _body(max_completion_tokens=7)
    del body["max_tokens"]
    answer = client.post(URL, json=body).json()
    assert answer["usage"]["completion_tokens"] == 7
    assert answer["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize("as_list", [False, True])
def test_an_answer_ends_before_its_stop_sequence(client: TestClient, as_list: bool) -> None:
    whole = client.post(URL, json=_body(max_tokens=60)).json()["choices"][0]["message"]["content"]
    word = whole.split()[5]
    stopped = client.post(URL, json=_body(max_tokens=60, stop=["never said", word] if as_list else word)).json()
    choice = stopped["choices"][0]
    assert word not in choice["message"]["content"]
    assert choice["finish_reason"] == "stop"


def test_text_parts_are_read_as_one_text(client: TestClient) -> None:
    parts = [{"type": "text", "text": "My PDF upload "}, {"type": "text", "text": "fails with a timeout."}]
    split = client.post(URL, json={**_body(), "messages": [{"role": "user", "content": parts}]}).json()
    assert split["usage"]["prompt_tokens"] == client.post(URL, json=_body()).json()["usage"]["prompt_tokens"]


def test_json_mode_answers_with_a_json_object(client: TestClient) -> None:
    body = _body("Give me JSON with the keys name and age.", response_format={"type": "json_object"}, max_tokens=200)
    answer = client.post(URL, json=body).json()
    assert isinstance(orjson.loads(answer["choices"][0]["message"]["content"]), dict)


def test_json_mode_wants_the_word_json(client: TestClient) -> None:
    error = _error(client, _body(response_format={"type": "json_object"}), 400)
    assert error["message"].startswith("'messages' must contain the word 'json'")


def test_more_tokens_than_the_model_can_say_are_refused(client: TestClient) -> None:
    error = _error(client, _body(max_tokens=16_385), 400)
    assert error["message"] == (
        "max_tokens is too large: 16385. This model supports at most 16384 completion tokens, "
        "whereas you provided 16385."
    )


def test_a_prompt_longer_than_the_context_is_refused(client: TestClient) -> None:
    error = _error(client, {**_body("word " * 9000), "model": "gpt-4"}, 400)
    assert error["code"] == "context_length_exceeded"


def test_application_answers_carry_the_headers_of_the_application(client: TestClient) -> None:
    for body, status in ((_body(), 200), (_body(n=0), 400)):
        response = client.post(URL, json=body)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/json"
        assert response.headers["openai-version"] == "2020-10-01"
        assert response.headers["openai-organization"].startswith("user-")
        assert response.headers["openai-project"].startswith("proj_")
        assert response.headers["openai-processing-ms"].isdigit()
        assert response.headers["x-request-id"].startswith("req_")
        assert "x-ratelimit-limit-requests" not in response.headers


def test_a_stream_has_the_content_type_of_the_api(client: TestClient) -> None:
    response = client.post(URL, json=_body(stream=True))
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert "cache-control" not in response.headers
    assert "x-accel-buffering" not in response.headers


GATEWAY = [
    ({"authorization": ""}, _body(), 401, None),
    ({"authorization": "Basic abc"}, _body(), 401, None),
    ({}, b"{not json", 400, None),
    ({}, b"[1]", 400, None),
    ({}, b"", 400, None),
    ({}, {"messages": []}, 400, None),
    ({}, _body(model="gpt-nope"), 404, "model_not_found"),
]


@pytest.mark.parametrize(("headers", "body", "status", "code"), GATEWAY)
def test_the_gateway_turns_away_without_naming_an_organisation(
    client: TestClient, headers: dict[str, str], body: Any, status: int, code: str | None
) -> None:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    response = client.post(URL, content=content, headers=headers)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    assert response.headers["x-request-id"].startswith("req_")
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert not [name for name in response.headers if name.startswith(("openai-", "x-ratelimit-"))]


def test_only_listed_keys_are_accepted_when_there_is_a_list(new_client: NewClient, tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text('[keys."sk-listed"]\n')
    client = new_client(Settings(latency="instant", keys=keys))
    assert client.post(URL, json=_body(), headers={"authorization": "Bearer sk-listed"}).status_code == 200
    error = _error(client, _body(), 401, authorization="Bearer sk-unlisted-key-1")
    assert error["code"] == "invalid_api_key"


def test_any_model_is_served_when_asked_for(new_client: NewClient) -> None:
    client = new_client(Settings(latency="instant", models="any"))
    assert client.post(URL, json=_body(model="my-own-7b")).json()["model"] == "my-own-7b"


def test_models_of_a_file_are_served_beside_the_shipped(new_client: NewClient, tmp_path: Path) -> None:
    models = tmp_path / "models.toml"
    models.write_text('[models."house-model"]\nsnapshot = "house-model-1"\n')
    client = new_client(Settings(latency="instant", models=str(models)))
    assert client.post(URL, json=_body(model="house-model")).json()["model"] == "house-model-1"
    assert client.post(URL, json=_body()).status_code == 200


def test_an_unknown_model_is_logged_once_with_the_way_out(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        client.post(URL, json=_body(model="gpt-unheard-of"))
    assert [record.getMessage() for record in caplog.records] == [
        "no model 'gpt-unheard-of' here: --models any accepts every name, --models FILE adds models"
    ]


def test_limits_are_shown_and_a_refused_field_has_been_paid_for(new_client: NewClient, tmp_path: Path) -> None:
    client = new_client(Settings(latency="instant", limits=_limits(tmp_path, rpm=3, tpm=100_000)))
    remaining = [
        client.post(URL, json=body).headers["x-ratelimit-remaining-requests"]
        for body in (_body(), _body(n=0), _body(stream=True))
    ]
    assert remaining == ["2", "1", "0"]


def test_gateway_refusals_and_refused_requests_cost_nothing(new_client: NewClient, tmp_path: Path) -> None:
    client = new_client(Settings(latency="instant", limits=_limits(tmp_path, rpm=2, tpm=100_000)))
    assert client.post(URL, json=_body()).headers["x-ratelimit-remaining-requests"] == "1"
    assert client.post(URL, json=_body(model="gpt-nope")).status_code == 404
    assert client.post(URL, json=_body()).headers["x-ratelimit-remaining-requests"] == "0"


def test_a_request_over_the_limit_is_refused_with_the_wait(new_client: NewClient, tmp_path: Path) -> None:
    client = new_client(Settings(latency="instant", limits=_limits(tmp_path, rpm=1)))
    assert client.post(URL, json=_body()).status_code == 200
    response = client.post(URL, json=_body())
    assert response.status_code == 429
    assert response.json()["error"]["type"] == "requests"
    assert "on requests per min (RPM): Limit 1, Used 1, Requested 1. Please try again in" in response.text
    assert response.text.startswith('{\n    "error"')
    assert 0 < int(response.headers["retry-after-ms"]) <= 60_000
    assert 0 < int(response.headers["retry-after"]) <= 60
    assert response.headers["x-ratelimit-remaining-requests"] == "0"
    assert response.headers["openai-organization"].startswith("user-")


def test_a_request_larger_than_the_limit_is_not_told_to_wait(new_client: NewClient, tmp_path: Path) -> None:
    client = new_client(Settings(latency="instant", limits=_limits(tmp_path, tpm=5)))
    response = client.post(URL, json=_body())
    assert response.status_code == 429
    assert response.json()["error"]["message"].startswith("Request too large for gpt-4o-mini in organization org-")
    assert "retry-after" not in response.headers


@dataclass(frozen=True, slots=True)
class StoppedClock(Clock):
    """No time passes."""

    def now(self) -> float:
        return 0.0


@pytest.mark.parametrize(("speed", "wait", "wait_ms"), [(1, "1m0s", "60000"), (1000, "60ms", "60")])
def test_speed_shortens_the_waits_that_are_told(tmp_path: Path, speed: float, wait: str, wait_ms: str) -> None:
    limited = Settings(latency="instant", limits=_limits(tmp_path, rpm=1), speed=speed)
    client = TestClient(create_app(limited, StoppedClock(speed)), headers={"authorization": "Bearer sk-a"})
    assert client.post(URL, json=_body()).headers["x-ratelimit-reset-requests"] == wait
    refused = client.post(URL, json=_body())
    assert refused.headers["retry-after-ms"] == wait_ms
    assert f"Please try again in {wait}." in refused.json()["error"]["message"]


def test_keys_have_limits_of_their_own(new_client: NewClient, tmp_path: Path) -> None:
    client = new_client(Settings(latency="instant", limits=_limits(tmp_path, rpm=1)))
    statuses = [
        client.post(URL, json=_body(), headers={"authorization": f"Bearer {key}"}).status_code
        for key in ("sk-a", "sk-a", "sk-b")
    ]
    assert statuses == [200, 429, 200]


@pytest.mark.parametrize(("status", "has_id"), [(500, True), (502, False), (503, True), (504, False)])
def test_a_fault_strikes_instead_of_an_answer(
    new_client: NewClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, has_id: bool
) -> None:
    client = new_client(Settings(latency="instant", faults=_fault(tmp_path, status)))
    monkeypatch.setattr(Composer, "compose", _must_not_be_called)
    response = client.post(URL, json=_body())
    assert response.status_code == status
    assert ("x-request-id" in response.headers) is has_id
    assert ("openai-version" in response.headers) is has_id


def test_a_fault_of_the_edge_strikes_before_the_gateway_and_costs_nothing(
    new_client: NewClient, tmp_path: Path
) -> None:
    limits = _limits(tmp_path, rpm=1)
    client = new_client(Settings(latency="instant", faults=_fault(tmp_path, 502), limits=limits))
    for headers in ({"authorization": ""}, {}, {}):
        assert client.post(URL, json=_body(), headers=headers).status_code == 502


def test_a_fault_of_the_application_strikes_after_gateway_limiter_and_fields(
    new_client: NewClient, tmp_path: Path
) -> None:
    limits = _limits(tmp_path, rpm=2)
    client = new_client(Settings(latency="instant", faults=_fault(tmp_path, 500), limits=limits))
    assert client.post(URL, json=_body(), headers={"authorization": ""}).status_code == 401
    assert [client.post(URL, json=body).status_code for body in (_body(n=0), _body(), _body())] == [400, 500, 429]


def test_others_have_their_turn_between_two_choices(new_client: NewClient, monkeypatch: pytest.MonkeyPatch) -> None:
    written_at_once: list[int] = []
    turns = 0

    def write(*_: Any, **__: Any) -> Reply:
        nonlocal turns
        asyncio.get_running_loop().call_soon(begin_turn)
        turns += 1
        written_at_once.append(turns)
        return Reply("so", array("I", [2]), "stop")

    def begin_turn() -> None:
        nonlocal turns
        turns = 0

    monkeypatch.setattr(Writer, "write", write)
    answer = new_client(Settings(latency="instant")).post(URL, json=_body(n=5)).json()
    assert len(answer["choices"]) == 5
    assert written_at_once == [1, 1, 1, 1, 1]


def test_nothing_is_composed_for_a_request_that_is_refused(
    new_client: NewClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = new_client(Settings(latency="instant", limits=_limits(tmp_path, rpm=1)))
    monkeypatch.setattr(Composer, "compose", _must_not_be_called)
    statuses = [client.post(URL, json=body).status_code for body in (_body(model="gpt-nope"), _body(n=0), _body())]
    assert statuses == [404, 400, 429]


def test_the_seed_changes_the_answer_and_only_the_seed_does(new_client: NewClient) -> None:
    clients = [new_client(Settings(latency="instant", seed=seed)) for seed in (1, 1, 2)]
    texts = [c.post(URL, json=_body(max_tokens=200)).json()["choices"][0]["message"]["content"] for c in clients]
    assert texts[0] == texts[1] != texts[2]


def test_a_mistake_of_the_server_is_a_500_of_the_api_and_one_line_in_the_log(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Composer, "compose", _must_not_be_called)
    response = client.post(URL, json=_body())
    assert response.status_code == 500
    assert response.json()["error"]["type"] == "server_error"
    assert "Traceback" not in response.text
    (record,) = caplog.records
    assert record.exc_info is None
    assert response.headers["x-request-id"] in record.getMessage()
    assert "test_chat.py" in record.getMessage()
    assert "\n" not in record.getMessage()


@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/foo"), ("GET", "/"), ("DELETE", "/v1/chat/completions/x")])
def test_an_unknown_path_is_an_invalid_url(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 404
    assert response.json()["error"]["message"] == f"Invalid URL ({method} {path})"


def test_a_wrong_method_is_refused_in_the_envelope(client: TestClient) -> None:
    response = client.put(URL, json=_body())
    assert response.status_code == 405
    assert response.json()["error"]["type"] == "invalid_request_error"


@settings(max_examples=50, deadline=None)
@given(body=st.binary() | st.builds(lambda d: b"[" * d + b"]" * d, st.integers(1, 2000)))
def test_no_body_can_break_the_server(client: TestClient, body: bytes) -> None:
    assert client.post(URL, content=body).status_code == 400


@pytest.mark.parametrize("depth", [300, 900])
def test_a_deeply_nested_body_is_answered(client: TestClient, depth: int) -> None:
    deep = (
        b'{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"prompt_cache_options":{"a":'
        + b"[" * depth
        + b"]" * depth
    )
    assert client.post(URL, content=deep + b"}}").status_code == 200


def _must_not_be_called(*_: Any, **__: Any) -> None:
    raise AssertionError("composed\nin spite of all")


def _limits(folder: Path, **table: int) -> str:
    path = folder / "limits.toml"
    path.write_text("[default]\n" + "".join(f"{name} = {value}\n" for name, value in table.items()))
    return str(path)


def _fault(folder: Path, status: int) -> str:
    path = folder / "faults.toml"
    path.write_text(f'[[rule]]\nfault = "status"\nstatus = {status}\n')
    return str(path)
