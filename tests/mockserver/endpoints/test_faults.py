"""Faults as they are asked for, queued and scripted, seen from outside."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import DEFAULT_START, Settings

from .clocks import SetClock

URL = "/v1/chat/completions"
BODY = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Why is the sky blue?"}], "max_tokens": 8}


class Server:
    """A server on which no time passes but by hand."""

    def __init__(self, **settings: Any) -> None:
        self.clock = SetClock(settings.get("speed", 1.0), DEFAULT_START, 0.0)
        app = create_app(Settings(**{"latency": "instant", **settings}), self.clock)
        self.client = TestClient(app, client=("127.0.0.1", 5000), headers={"authorization": "Bearer sk-a"})

    def ask(self, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        return self.client.post(URL, json={**BODY, **fields}, headers=headers or {})

    def entry(self) -> dict[str, Any]:
        """The journal's latest entry."""
        entries: list[dict[str, Any]] = self.client.get("/_mock/requests").json()["requests"]
        return entries[-1]

    def post(self, what: str, **body: Any) -> Any:
        return self.client.post(f"/_mock/{what}", json=body)

    def phases(self) -> list[tuple[str, bool]]:
        """The names of all phases that were, and whether they are over."""
        return [(stay["name"], "ended_at" in stay) for stay in self.client.get("/_mock/phases").json()]


def script(folder: Path) -> str:
    file = folder / "script.toml"
    file.write_text(
        """
        [[phase]]
        name = "calm"
        for_s = 10
        [[phase]]
        name = "storm"
        for_s = 20
        [[phase.rule]]
        fault = "status"
        status = 503
        [[phase]]
        name = "ramp"
        for_s = 10
        [[phase.rule]]
        fault = "status"
        status = 500
        probability = [0.0, 1.0]
        """
    )
    return str(file)


@pytest.mark.parametrize(
    ("headers", "planned"),
    [
        ({"x-mock-ttft-ms": "70"}, {"first_token_ms": 70, "last_token_ms": 210, "tokens": 8}),
        ({"x-mock-itl-ms": "1.5"}, {"first_token_ms": 200, "last_token_ms": 210.5, "tokens": 8}),
        ({"x-mock-ttft-ms": "70", "x-mock-itl-ms": "2"}, {"first_token_ms": 70, "last_token_ms": 84, "tokens": 8}),
        ({"x-mock-completion-tokens": "3"}, {"first_token_ms": 200, "last_token_ms": 240, "tokens": 3}),
        ({"x-mock-completion-tokens": "300"}, {"first_token_ms": 200, "last_token_ms": 340, "tokens": 8}),
        ({"x-mock-fault": "slow_first_token; ms=30"}, {"first_token_ms": 230, "last_token_ms": 370, "tokens": 8}),
        ({"x-mock-fault": "slow_tokens; factor=2"}, {"first_token_ms": 200, "last_token_ms": 480, "tokens": 8}),
        (
            {"x-mock-fault": "stall; after_tokens=4; for_ms=100"},
            {"first_token_ms": 200, "last_token_ms": 440, "tokens": 8},
        ),
        ({"x-mock-fault": "slow_headers; ms=9"}, {"first_token_ms": 209, "last_token_ms": 349, "tokens": 8}),
    ],
)
def test_a_request_has_its_own_time_and_length(headers: dict[str, str], planned: dict[str, float]) -> None:
    app = create_app(Settings(latency="constant", speed=20))
    client = TestClient(app, client=("127.0.0.1", 5000), headers={"authorization": "Bearer sk-a"})
    assert client.post(URL, json=BODY, headers=headers).status_code == 200
    entry = client.get("/_mock/requests").json()["requests"][-1]
    expected = {key: value / (20 if key.endswith("_ms") else 1) for key, value in planned.items()}
    assert {key: entry["planned"][key] for key in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"x-mock-ttft-ms": "soon"}, "x-mock-ttft-ms: should be a number from 0 to 8.64e+07, not 'soon'"),
        ({"x-mock-itl-ms": "-1"}, "x-mock-itl-ms: should be a number from 0"),
        ({"x-mock-completion-tokens": "0"}, "x-mock-completion-tokens: should be a number from 1"),
        ({"x-mock-completion-tokens": "1.5"}, "x-mock-completion-tokens: should be a number from 1"),
        ({"x-mock-fault": "nope"}, "x-mock-fault: fault: no fault of kind 'nope'"),
    ],
)
def test_a_header_of_the_mock_that_makes_no_sense_is_told(headers: dict[str, str], said: str) -> None:
    server = Server()
    assert server.ask(headers).json()["error"]["message"].startswith(said)


def test_where_overrides_are_not_allowed_the_headers_are_nothing() -> None:
    server = Server(allow_overrides=False)
    answer = server.ask({"x-mock-fault": "status; status=500", "x-mock-completion-tokens": "2", "x-mock-ttft-ms": "x"})
    assert (answer.status_code, answer.json()["usage"]["completion_tokens"]) == (200, 8)


def test_faults_strike_together_and_are_noted_together() -> None:
    server = Server()
    answer = server.ask({"x-mock-fault": "wrong_usage; factor=2, missing_usage, content_filter"})
    assert "usage" not in answer.json()
    assert answer.json()["choices"][0]["finish_reason"] == "content_filter"
    assert server.entry()["fault"] == "wrong_usage+missing_usage+content_filter"


def test_what_the_limiter_would_say_costs_nothing_and_what_the_application_says_does(tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text("[default]\nrpm = 3\n")
    server = Server(limits=str(limits))
    for fault in ("rate_limit", "quota", "status; status=401", "status; status=502", "hang; for_ms=0"):
        if fault.startswith("hang"):
            continue
        assert server.ask({"x-mock-fault": fault}).status_code >= 400
    assert server.ask({"x-mock-fault": "status; status=503"}).headers["x-ratelimit-remaining-requests"] == "2"


def test_a_fault_waits_for_the_next_requests_that_it_is_about() -> None:
    server = Server()
    assert server.post("faults", fault="status", status=503, times=2).status_code == 200
    assert server.post("faults", fault="refusal", match={"model": "gpt-4o"}).status_code == 200
    assert [server.ask().status_code for _ in range(3)] == [503, 503, 200]
    assert server.ask(model="gpt-4o").json()["choices"][0]["message"]["refusal"]
    assert server.ask(model="gpt-4o").json()["choices"][0]["message"]["refusal"] is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"fault": "nope"}, "POST /_mock/faults: fault: no fault of kind 'nope'"),
        ({"fault": "status", "status": 200}, "POST /_mock/faults: status: should be greater than or equal to 400"),
        ({"fault": "status", "status": 500, "times": 0}, "POST /_mock/faults: times: should be greater"),
        ({}, "POST /_mock/faults: fault: is missing"),
    ],
)
def test_a_fault_that_cannot_wait_is_told(body: dict[str, Any], said: str) -> None:
    server = Server()
    answer = server.post("faults", **body)
    assert (answer.status_code, answer.json()["error"]["message"].startswith(said)) == (400, True), answer.text
    assert server.ask().status_code == 200


def test_a_script_goes_through_its_phases(tmp_path: Path) -> None:
    server = Server(faults=script(tmp_path))
    statuses = []
    for _ in range(9):
        statuses.append(server.ask().status_code)
        server.clock.pass_by(5)
    assert statuses[:6] == [200, 200, 503, 503, 503, 503]
    assert statuses[8] == 200
    assert server.phases() == [("calm", True), ("storm", True), ("ramp", True)]
    entries = server.client.get("/_mock/requests").json()["requests"]
    assert [entry.get("phase") for entry in entries] == [*["calm"] * 2, *["storm"] * 4, *["ramp"] * 2, None]


def test_a_ramp_strikes_more_and_more_often(tmp_path: Path) -> None:
    server = Server(faults=script(tmp_path))
    server.clock.pass_by(30)
    struck = []
    for _ in range(200):
        struck.append(server.ask().status_code == 500)
        server.clock.pass_by(0.0499)
    first, second = sum(struck[:100]), sum(struck[100:])
    assert 5 < first < 45
    assert 55 < second < 95


def test_phases_are_jumped_to_paused_and_begun_again(tmp_path: Path) -> None:
    server = Server(faults=script(tmp_path))
    assert server.post("phases", jump="storm").status_code == 200
    assert server.ask().status_code == 503
    server.post("phases", pause=True)
    server.clock.pass_by(500)
    assert server.ask().status_code == 503
    assert server.client.get("/_mock/state").json()["phase"] == "storm"
    server.post("phases", pause=False)
    server.clock.pass_by(20)
    assert server.phases() == [("storm", True), ("ramp", False)]
    server.post("phases", restart=True)
    assert server.phases()[-1] == ("calm", False)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"jump": "nope"}, "POST /_mock/phases: jump: no phase 'nope'; there are: calm, storm, ramp"),
        ({}, "POST /_mock/phases: write one of"),
        ({"jump": "storm", "restart": True}, "POST /_mock/phases: write one of"),
        ({"jmp": "storm"}, "POST /_mock/phases: jmp: unknown key; did you mean 'jump'?"),
    ],
)
def test_a_turn_that_cannot_be_made_is_told(tmp_path: Path, body: dict[str, Any], said: str) -> None:
    answer = Server(faults=script(tmp_path)).post("phases", **body)
    assert (answer.status_code, answer.json()["error"]["message"].startswith(said)) == (400, True), answer.text


def test_faults_are_swapped_while_the_server_runs_and_their_script_begins_then(tmp_path: Path) -> None:
    server = Server()
    server.clock.pass_by(1_000)
    changed = server.client.patch("/_mock/state", json={"faults": script(tmp_path)})
    assert (changed.json()["faults"], changed.json()["phase"]) == ("script", "calm")
    server.clock.pass_by(11)
    assert server.ask().status_code == 503
    own = {"faults": {"rule": [{"fault": "status", "status": 500, "first": 1}]}}
    assert server.client.patch("/_mock/state", json=own).json()["faults"] == "custom"
    assert [server.ask().status_code for _ in range(2)] == [500, 200]
    both = {"limits": "tier1", "faults": "nope"}
    refused = server.client.patch("/_mock/state", json=both)
    assert refused.status_code == 400
    assert server.client.get("/_mock/state").json()["limits"] == "off"


def test_a_reset_begins_as_the_server_began(tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text("[default]\nrpm = 1\n")
    server = Server(limits=str(limits), faults=script(tmp_path))
    first = server.ask()
    assert (first.status_code, server.ask().status_code) == (200, 429)
    server.post("faults", fault="refusal")
    server.clock.pass_by(15)
    server.client.patch("/_mock/state", json={"limits": "off", "faults": "off"})
    state = server.post("reset").json()
    assert (state["limits"], state["faults"], state["phase"]) == ("limits", "script", "calm")
    assert server.client.get("/_mock/requests").json()["requests"] == []
    again = server.ask()
    assert again.json()["choices"] == first.json()["choices"]
    assert server.ask().status_code == 429


def test_the_same_requests_draw_the_same_faults_one_by_one_or_a_hundred_at_once() -> None:
    def drawn(clients: int) -> Counter[tuple[str, str]]:
        server = Server(faults="slow-tail", seed=4)
        with ThreadPoolExecutor(clients) as pool:
            answers = pool.map(
                lambda number: server.ask(messages=[{"role": "user", "content": f"{number}"}]), range(300)
            )
            assert all(answer.status_code == 200 for answer in answers)
        entries = server.client.get("/_mock/requests").json()["requests"]
        return Counter((entry["reply_hash"], entry.get("fault", "none")) for entry in entries)

    alone = drawn(1)
    assert alone == drawn(100)
    assert sum(count for (_, fault), count in alone.items() if fault != "none") > 5


def test_a_fault_that_names_a_key_is_not_told_the_key(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[[rule]]\nfault = "status"\nstatus = 500\nmatch = { key = "sk-a" }\n')
    server = Server(faults=str(file))
    assert server.ask().status_code == 500
    assert "sk-a" not in json.dumps(server.entry())


def test_latency_is_swapped_while_the_server_runs() -> None:
    server = Server(latency="constant", ttft_ms=70)
    first = server.ask()
    assert server.entry()["planned"] == pytest.approx({"first_token_ms": 70, "last_token_ms": 210, "tokens": 8})
    assert server.client.patch("/_mock/state", json={"latency": "instant"}).json()["latency"] == "instant"
    assert server.ask().json()["choices"] == first.json()["choices"]
    assert server.entry()["planned"] == {"first_token_ms": 0, "last_token_ms": 0, "tokens": 8}
    own = {"latency": {"default": {"ttft_base_ms": 5, "itl_ms": 1, "reply_tokens": 4}}}
    assert server.client.patch("/_mock/state", json=own).json()["latency"] == "custom"
    assert server.ask().json()["usage"]["completion_tokens"] == 4
    assert server.entry()["planned"] == pytest.approx({"first_token_ms": 5, "last_token_ms": 8, "tokens": 4})
    wrong = server.client.patch("/_mock/state", json={"latency": {"default": {"itl": 1}}})
    assert "latency.default.itl: unknown key" in wrong.json()["error"]["message"]


@pytest.mark.parametrize("after", [0, 3, 8])
def test_a_stall_is_one_even_where_there_is_no_latency(after: int) -> None:
    client = TestClient(
        create_app(Settings(latency="instant")), client=("127.0.0.1", 5000), headers={"authorization": "Bearer sk-a"}
    )
    client.post(URL, json=BODY, headers={"x-mock-fault": f"stall; after_tokens={after}; for_ms=30"})
    entry = client.get("/_mock/requests").json()["requests"][-1]
    stops = after < entry["planned"]["tokens"]
    assert entry["planned"]["first_token_ms"] == (0.0 if after else 30.0)
    assert entry["planned"]["last_token_ms"] == (30.0 if stops else 0.0)
    assert entry["planned"]["longest_gap_ms"] == (30.0 if stops else 0.0)
