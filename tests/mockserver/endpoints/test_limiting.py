"""The limiter as clients see it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.clock import Clock
from mockserver.settings import Settings

URL = "/v1/chat/completions"
NewClient = Callable[[Settings], TestClient]


def _body(**fields: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": "My PDF upload fails with a timeout."}]
    return {"model": "gpt-4o-mini", "messages": messages, "max_tokens": 20, **fields}


ESTIMATE = 35 // 4 + 1 + 2


@dataclass(frozen=True, slots=True)
class SetClock(Clock):
    """A clock that is set."""

    at: list[float] = field(default_factory=lambda: [0.0])

    def now(self) -> float:
        return self.at[0]


@dataclass(slots=True)
class Limited:
    """A server with limits on which no time passes but by hand."""

    client: TestClient
    clock: SetClock

    def ask(self, key: str = "sk-a", **fields: Any) -> Any:
        return self.client.post(URL, json=_body(**fields), headers={"authorization": f"Bearer {key}"})

    def wait(self, seconds: float) -> None:
        self.clock.at[0] += seconds


def limited(folder: Path, limits: str, *, keys: str | None = None, **settings: Any) -> Limited:
    file = folder / "limits.toml"
    file.write_text(limits)
    if keys is not None:
        (folder / "keys.toml").write_text(keys)
        settings["keys"] = folder / "keys.toml"
    clock = SetClock(1.0)
    app = create_app(Settings(latency="instant", limits=str(file), **settings), clock)
    return Limited(TestClient(app, client=("127.0.0.1", 50000)), clock)


def told(response: Any) -> str:
    message: str = response.json()["error"]["message"]
    return message


def test_a_day_and_a_minute_are_limited_and_the_tighter_is_shown(tmp_path: Path) -> None:
    server = limited(tmp_path, "[default]\nrpm = 500\nrpd = 10_000\n")
    shown = server.ask().headers
    assert [shown[f"x-ratelimit-{what}-requests"] for what in ("limit", "remaining", "reset")] == [
        "10000",
        "9999",
        "8.64s",
    ]


def test_a_day_that_is_used_up_says_so(tmp_path: Path) -> None:
    server = limited(tmp_path, 'hint = "Add a payment method."\n[default]\nrpm = 3\nrpd = 200\n')
    answers = []
    for _ in range(220):
        answers.append(server.ask())
        server.wait(20)
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert answers.index(refused) == 209  # 200, and what refills in 4,180 s
    assert "on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s." in told(refused)
    assert told(refused).endswith("learn more. Add a payment method.")
    assert refused.json()["error"]["type"] == "requests"


def test_tokens_a_day_are_limited(tmp_path: Path) -> None:
    server = limited(tmp_path, f"[default]\ntpd = {ESTIMATE}\n")
    assert server.ask().status_code == 200
    assert f"on tokens per day (TPD): Limit {ESTIMATE}, Used {ESTIMATE}, Requested {ESTIMATE}." in told(server.ask())


@pytest.mark.parametrize(
    ("charge", "fields", "cost"),
    [
        ("prompt_estimate", {"max_tokens": 500, "n": 2}, ESTIMATE),
        ("plus_max_tokens", {"max_tokens": 500, "n": 2}, ESTIMATE + 1_000),
        ("plus_max_tokens", {"max_tokens": None, "max_completion_tokens": 50}, ESTIMATE + 50),
        ("plus_max_tokens", {"max_tokens": None}, ESTIMATE + 16),
        ("plus_max_tokens", {"max_tokens": "many", "n": True}, ESTIMATE + 16),
        ("max_of", {"max_tokens": 500, "n": 2}, 1_000),
        ("max_of", {"max_tokens": 5}, ESTIMATE),
    ],
)
def test_what_a_request_is_charged_is_a_switch(tmp_path: Path, charge: str, fields: dict[str, Any], cost: int) -> None:
    server = limited(tmp_path, f'charge = "{charge}"\n[default]\ntpm = 100_000\n')
    assert server.ask(**fields).headers["x-ratelimit-remaining-tokens"] == str(100_000 - cost)


def test_the_difference_to_the_real_usage_is_settled_afterwards_where_asked_for(tmp_path: Path) -> None:
    server = limited(tmp_path, "settle = true\n[default]\ntpm = 100_000\n")
    first = server.ask()
    assert first.headers["x-ratelimit-remaining-tokens"] == str(100_000 - ESTIMATE)
    used = first.json()["usage"]["total_tokens"]
    assert server.ask().headers["x-ratelimit-remaining-tokens"] == str(100_000 - used - ESTIMATE)


def test_a_request_that_the_application_refuses_has_cost_nothing_once_it_is_settled(tmp_path: Path) -> None:
    server = limited(tmp_path, "settle = true\n[default]\ntpm = 100_000\n")
    assert server.ask(n=0).status_code == 400
    assert server.ask().headers["x-ratelimit-remaining-tokens"] == str(100_000 - ESTIMATE)


@pytest.mark.parametrize(("debits", "left"), [("false", "9"), ("true", "7")])
def test_whether_a_refusal_takes_a_request_is_a_switch(tmp_path: Path, debits: str, left: str) -> None:
    server = limited(tmp_path, f"refused_debits = {debits}\n[default]\nrpm = 10\ntpm = {ESTIMATE + 5}\n")
    assert server.ask().status_code == 200
    assert server.ask().status_code == 429
    assert server.ask().headers["x-ratelimit-remaining-requests"] == left


def test_limits_in_slices_refuse_long_before_the_minute_is_used_up(tmp_path: Path) -> None:
    server = limited(tmp_path, "slice_s = 10\n[default]\nrpm = 60\n")
    assert [server.ask().status_code for _ in range(11)] == [200] * 10 + [429]
    assert "Limit 60, Used 10, Requested 1. Please try again in 1s." in told(server.ask())


def test_only_so_many_requests_are_open_at_once_and_an_answer_makes_room(tmp_path: Path, new_client: NewClient) -> None:
    file = tmp_path / "limits.toml"
    file.write_text("[default]\nconcurrent = 1\n")
    client = new_client(Settings(latency="constant", ttft_ms=0, itl_ms=100, limits=str(file)))
    begun, go_on = threading.Event(), threading.Event()

    def stream() -> None:
        with client.stream("POST", URL, json=_body(stream=True, max_tokens=10)) as answer:
            begun.set()
            assert answer.status_code == 200
            answer.read()
        go_on.set()

    reader = threading.Thread(target=stream)
    reader.start()
    assert begun.wait(20)
    refused = client.post(URL, json=_body())
    while refused.status_code == 200 and not go_on.is_set():  # the portable player may not have begun yet
        refused = client.post(URL, json=_body())
    reader.join(20)
    assert refused.status_code == 429
    assert "on concurrent requests: Limit 1, Used 1, Requested 1. Please try again later." in told(refused)
    assert "retry-after" not in refused.headers
    assert [client.post(URL, json=_body(max_tokens=1)).status_code for _ in range(3)] == [200] * 3


KEYS = """
[keys.sk-a]
organization = "org-AbC"
project = "proj_x"
[keys.sk-b]
organization = "org-AbC"
[keys.sk-c]
budget_usd = 0.00002
[projects.proj_x]
limits = "{project}"
"""


def test_keys_of_an_organisation_share_its_limits_and_a_project_is_named(tmp_path: Path) -> None:
    project = tmp_path / "project.toml"
    project.write_text("[default]\nrpm = 2\n")
    server = limited(tmp_path, "[default]\nrpm = 4\n", keys=KEYS.format(project=project))
    assert [server.ask(key).status_code for key in ("sk-a", "sk-a", "sk-a", "sk-b", "sk-b", "sk-b")] == [
        200,
        200,
        429,
        200,
        200,
        429,
    ]
    assert "in project proj_x organization org-AbC on requests per min (RPM): Limit 2" in told(server.ask("sk-a"))
    assert "in organization org-AbC on requests per min (RPM): Limit 4" in told(server.ask("sk-b"))


def test_a_budget_that_is_spent_is_a_quota_that_is_exceeded(tmp_path: Path) -> None:
    server = limited(tmp_path, "[default]\nrpm = 100\n", keys=KEYS.format(project="off"))
    answers = [server.ask("sk-c") for _ in range(6)]
    cost = [
        (answer.json()["usage"]["prompt_tokens"] * 0.15 + answer.json()["usage"]["completion_tokens"] * 0.60) / 1e6
        for answer in answers
        if answer.status_code == 200
    ]
    assert sum(cost[:-1]) < 0.00002 <= sum(cost)
    assert [answer.status_code for answer in answers] == [200] * len(cost) + [429] * (6 - len(cost))
    assert answers[-1].json()["error"] == {
        "message": "You exceeded your current quota, please check your plan and billing details. For more information "
        "on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
        "type": "insufficient_quota",
        "param": None,
        "code": "insufficient_quota",
    }
    assert "retry-after" not in answers[-1].headers


def test_limits_change_while_the_server_runs_and_keep_what_was_used(tmp_path: Path) -> None:
    server = limited(tmp_path, "[default]\nrpm = 2\n")
    assert [server.ask().status_code for _ in range(3)] == [200, 200, 429]
    changed = server.client.patch("/_mock/state", json={"limits": {"default": {"rpm": 10}}})
    assert (changed.status_code, changed.json()["limits"]) == (200, "custom")
    assert server.ask().headers["x-ratelimit-remaining-requests"] == "7"
    assert server.client.patch("/_mock/state", json={"limits": "tier1"}).json()["limits"] == "tier1"
    assert server.ask().headers["x-ratelimit-limit-tokens"] == "200000"
    assert server.client.patch("/_mock/state", json={}).json()["limits"] == "tier1"
    server.client.patch("/_mock/state", json={"limits": "off"})
    assert "x-ratelimit-limit-requests" not in server.ask().headers


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "the body has to be a JSON object"),
        (b"[]", "the body has to be a JSON object"),
        (b'{"limit": "off"}', "limit: unknown key; did you mean 'limits'?"),
        (b'{"limits": "teir1"}', "teir1: "),
        (b'{"limits": {"default": {"rpm": 0}}}', "limits.default.rpm: should be greater than or equal to 1"),
        (b'{"limits": 5}', "limits: "),
    ],
)
def test_a_change_with_anything_wrong_changes_nothing(tmp_path: Path, content: bytes, message: str) -> None:
    server = limited(tmp_path, "[default]\nrpm = 2\n")
    answer = server.client.patch("/_mock/state", content=content)
    assert (answer.status_code, message in told(answer)) == (400, True), told(answer)
    assert server.client.get("/_mock/state").json()["limits"] == "limits"


def test_nobody_else_changes_the_limits(tmp_path: Path) -> None:
    app = create_app(Settings(latency="instant"))
    answer = TestClient(app, client=("10.0.0.1", 5000)).patch("/_mock/state", json={"limits": "tier1"})
    assert answer.status_code == 404


def test_a_key_may_be_turned_away_by_the_gateway_at_no_cost(tmp_path: Path) -> None:
    keys = """
    [keys.sk-a]
    [keys.sk-b]
    refused = "scopes"
    organization = "x"
    [keys.sk-c]
    refused = "region"
    organization = "x"
    [keys.sk-d]
    organization = "x"
    """
    server = limited(tmp_path, "[default]\nrpm = 1\n", keys=keys)
    scopes, region = server.ask("sk-b"), server.ask("sk-c")
    assert (scopes.status_code, region.status_code) == (401, 403)
    assert told(scopes).startswith(
        "You have insufficient permissions for this operation. Missing scopes: model.request."
    )
    assert region.text == (
        '{\n    "error": {\n        "code": "unsupported_country_region_territory",\n'
        '        "message": "Country, region, or territory not supported",\n'
        '        "param": null,\n        "type": "request_forbidden"\n    }\n}\n'
    )
    assert region.headers["content-type"] == "application/json; charset=utf-8"
    assert "openai-version" not in region.headers
    assert [server.ask(key).status_code for key in ("sk-d", "sk-a")] == [200, 200]


@pytest.mark.parametrize("where", ["keys.sk-a", "organizations.x", "projects.y"])
def test_who_is_not_verified_gets_no_stream_of_a_reasoning_model(tmp_path: Path, where: str) -> None:
    tables = ['[keys.sk-a]\norganization = "x"\nproject = "y"', "[organizations.x]", "[projects.y]"]
    keys = "\n".join(f"{table}\nverified = {str(f'[{where}]' not in table).lower()}" for table in tables)
    server = limited(tmp_path, "[default]\nrpm = 9\n", keys=keys)
    refused = server.ask(model="gpt-5", stream=True, max_tokens=None)
    assert refused.status_code == 400
    assert (refused.json()["error"]["param"], refused.json()["error"]["code"]) == ("stream", "unsupported_value")
    assert told(refused).startswith("Your organization must be verified to stream this model. Please go to: https://")
    assert server.ask(model="gpt-5", max_tokens=None).status_code == 200
    assert server.ask(model="gpt-4o", stream=True).status_code == 200
