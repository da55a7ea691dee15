import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.endpoints.guard import is_loopback
from mockserver.settings import Settings

URL = "/v1/chat/completions"
BODY: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
NewClient = Callable[[Settings], TestClient]


def test_the_journal_tells_what_was_planned_and_what_happened(new_client: NewClient) -> None:
    client = new_client(Settings(latency="constant", ttft_ms=20, itl_ms=5))
    for stream in (False, True):
        response = client.post(URL, json={**BODY, "stream": stream}, headers={"x-client-request-id": f"call.{stream}"})
        entry = client.get(f"/_mock/requests/call.{stream}").json()
        assert entry["id"] == response.headers["x-request-id"]
        assert entry["planned"] == {"first_token_ms": 20.0, "last_token_ms": 40.0, "tokens": 5}
        assert (entry["status"], entry["sent_tokens"], entry["stream"]) == (200, 5, stream)
        assert (entry["model"], entry["route"]) == ("gpt-4o", URL)
        first = entry["first_token_at"] - entry["received_at"]
        assert first >= (0.02 if stream else 0.04)
        assert entry["received_at"] < entry["headers_at"] <= entry["first_token_at"] <= entry["last_token_at"]
        assert entry["last_token_at"] <= entry["done_at"]


@pytest.mark.parametrize(
    ("knobs", "planned"),
    [
        ({}, {"first_token_ms": 200.0, "last_token_ms": 280.0, "tokens": 5}),
        ({"ttft_ms": 100}, {"first_token_ms": 100.0, "last_token_ms": 180.0, "tokens": 5}),
        ({"itl_ms": 10}, {"first_token_ms": 200.0, "last_token_ms": 240.0, "tokens": 5}),
        ({"reply_tokens": 2}, {"first_token_ms": 200.0, "last_token_ms": 220.0, "tokens": 2}),
        ({"speed": 4}, {"first_token_ms": 50.0, "last_token_ms": 70.0, "tokens": 5}),
        ({"latency": "instant"}, {"first_token_ms": 0.0, "last_token_ms": 0.0, "tokens": 5}),
    ],
    ids=["constant", "ttft", "itl", "reply_tokens", "speed", "instant"],
)
def test_every_knob_of_latency_turns_the_plan(
    new_client: NewClient, knobs: dict[str, Any], planned: dict[str, float]
) -> None:
    client = new_client(Settings(**{"latency": "constant", **knobs}))
    client.post(URL, json=BODY, headers={"x-client-request-id": "call.1"})
    assert client.get("/_mock/requests/call.1").json()["planned"] == pytest.approx(planned)


def test_streamed_and_plain_answers_have_one_text(client: TestClient) -> None:
    hashes = []
    for stream in (False, True):
        response = client.post(URL, json={**BODY, "stream": stream})
        hashes.append(client.get(f"/_mock/requests/{response.headers['x-request-id']}").json()["reply_hash"])
    assert hashes[0] == hashes[1]


def test_the_journal_is_read_in_pages(new_client: NewClient) -> None:
    client = new_client(Settings(latency="instant"))
    for _ in range(5):
        client.post(URL, json=BODY)
    page = client.get("/_mock/requests", params={"since": 1, "limit": 2}).json()
    assert [entry["seq"] for entry in page["requests"]] == [2, 3]
    assert page["last_seq"] == 5


@pytest.mark.parametrize("query", ["since=x", "limit=-1", "since=1.5", "limit=" + "9" * 30])
def test_a_page_is_asked_for_in_whole_numbers(client: TestClient, query: str) -> None:
    response = client.get(f"/_mock/requests?{query}")
    assert response.status_code == 400
    assert "must be a whole number" in response.json()["error"]["message"]


def test_a_key_shows_only_as_a_fingerprint(client: TestClient) -> None:
    response = client.post(URL, json=BODY, headers={"authorization": "Bearer sk-very-secret"})
    entry = client.get(f"/_mock/requests/{response.headers['x-request-id']}")
    assert "secret" not in entry.text
    assert len(entry.json()["key"]) == 12


def test_refusals_and_faults_are_in_the_journal(new_client: NewClient, tmp_path: Path) -> None:
    faults = tmp_path / "faults.toml"
    faults.write_text('[[rule]]\nfault = "status"\nstatus = 502\n')
    client = new_client(Settings(latency="instant", faults=str(faults)))
    client.post(URL, json=BODY, headers={"x-client-request-id": "call.1"})
    entry = client.get("/_mock/requests/call.1").json()
    assert (entry["status"], entry["fault"], entry["sent_tokens"]) == (502, "status_502", 0)
    assert "planned" not in entry
    client.post("/v1/foo", headers={"x-client-request-id": "call.2"})
    assert client.get("/_mock/requests/call.2").json()["status"] == 404


def test_a_healthy_request_has_no_fault(client: TestClient) -> None:
    client.post(URL, json=BODY, headers={"x-client-request-id": "healthy"})
    assert "fault" not in client.get("/_mock/requests/healthy").json()


def test_the_journal_keeps_what_the_limiter_saw(new_client: NewClient, tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text("[default]\nrpm = 10\ntpm = 1000\n")
    client = new_client(Settings(latency="instant", limits=str(limits)))
    client.post(URL, json=BODY, headers={"x-client-request-id": "call.1"})
    assert client.get("/_mock/requests/call.1").json()["limits"] == {
        "requests_limit": 10,
        "requests_remaining": 9,
        "tokens_limit": 1000,
        "tokens_remaining": 997,
    }


def test_an_unknown_request_is_not_found(client: TestClient) -> None:
    assert client.get("/_mock/requests/nobody").status_code == 404


def test_the_state_names_what_is_simulated(new_client: NewClient) -> None:
    client = new_client(Settings(latency="instant", limits="tier1", faults="flaky", seed=7, speed=10, start_at=1000.0))
    state = client.get("/_mock/state").json()
    assert state.pop("simulated_at") >= 1000.0
    assert state == {
        "seed": 7,
        "speed": 10,
        "start_at": 1000.0,
        "rtt_ms": 0.0,
        "latency": "instant",
        "limits": "tier1",
        "faults": "flaky",
        "phase": None,
        "phases": [],
        "queued": [],
        "paused": False,
        "last_seq": 0,
    }


@pytest.mark.parametrize("path", ["/_mock/state", "/_mock/requests", "/_mock/requests/x", "/_mock/foo"])
def test_to_other_machines_there_is_nothing_here(path: str) -> None:
    client = TestClient(create_app(Settings(latency="instant")), client=("192.0.2.7", 50000))
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["error"]["message"] == f"Invalid URL (GET {path})"


@pytest.mark.parametrize(
    ("peer", "loopback"),
    [
        (("127.0.0.1", 1), True),
        (("127.8.9.10", 1), True),
        (("::1", 1), True),
        (("::ffff:127.0.0.1", 1), True),
        (("::ffff:192.0.2.7", 1), False),
        (("192.0.2.7", 1), False),
        (("localhost", 1), False),
        (("", 1), False),
        (None, False),
    ],
)
def test_a_loopback_peer_is_known_by_its_address(peer: tuple[str, int] | None, loopback: bool) -> None:
    assert is_loopback(peer) is loopback


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.1"])
def test_with_a_token_everybody_needs_it(peer: str) -> None:
    app = create_app(Settings(latency="instant", admin_token="not-for-everybody"))
    client = TestClient(app, client=(peer, 5000))
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "not-for-everybody"}):
        refused = client.get("/_mock/state", headers=headers)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert "not-for-everybody" not in refused.text
    let_in = client.get("/_mock/state", headers={"authorization": "bearer not-for-everybody"})
    assert let_in.json()["latency"] == "instant"
    assert "not-for-everybody" not in let_in.text
    assert "not-for-everybody" not in repr(Settings(admin_token="not-for-everybody"))


def test_the_times_of_all_writes_are_kept_when_they_are_wanted(new_client: NewClient) -> None:
    settings = Settings(latency="constant", ttft_ms=20, itl_ms=10)
    for wanted in (False, True):
        client = new_client(dataclasses.replace(settings, journal_chunks=wanted))
        client.post(URL, json={**BODY, "stream": True})
        (entry,) = client.get("/_mock/requests").json()["requests"]
        assert ("chunks" in entry) == wanted
    times = [at for at, _ in entry["chunks"]]
    assert [tokens for _, tokens in entry["chunks"]][-1] == 5
    assert times == sorted(times)
    assert times[-1] >= 60
    assert times[-1] == pytest.approx((entry["last_token_at"] - entry["received_at"]) * 1000, abs=0.01)
