"""What comes before the load on a real API."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from harness.client.endpoint import Endpoint
from harness.client.target import Target
from harness.run.caps import check_bounded, check_capped
from harness.run.conduct import after
from harness.run.estimating import FOUND
from harness.run.folder import RunFolder
from harness.run.ports import NoServerError
from harness.run.preflight import Precautions, Preflight, check_agreeable, preflight
from harness.run.probe import smallest
from harness.run.settings import RunSettings, SettingError
from harness.workload import Workload
from tests.harness.client.scripted import ScriptedServer, answer, says
from tests.harness.report.runs import drawn

TABLE = """
[[class]]
name = "first"
model = "gpt-4o-mini"
max_tokens = 40
prompts = ["What is a tent, and what would you use it for?", "Why?"]
[[class]]
name = "second"
model = "gpt-4o"
max_tokens = 40
prompts = ["x"]
"""
MINE = Workload.parse(TABLE, name="mine")
GOOD = {
    "model": "gpt-4o-mini-2024-07-18",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "A"}, "finish_reason": "length"}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 1, "total_tokens": 13},
}


def settings(url: str = "http://127.0.0.1:9", **more: Any) -> RunSettings:
    flags = {"target": "real", "users": 1, "requests": 3, "max_cost_usd": 0.5, **more}
    return RunSettings(host=url, workload="mine", **flags)


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[ScriptedServer]:
    status, body = getattr(request, "param", (200, GOOD))
    with ScriptedServer([[says(answer(status, orjson.dumps(body), b"x-ratelimit-remaining-requests: 99"))]]) as running:
        yield running


def flown(
    server: ScriptedServer, said: list[str], reply: str = "yes", *, rehearsed: RunFolder | None = None, **more: Any
) -> Preflight:
    asked = settings(server.url, **more)
    endpoint = Endpoint(target=Target.parse(server.url), api_key="sk-0123456789")
    precautions = Precautions(rehearsed=rehearsed)
    return preflight(asked, endpoint, MINE, precautions, say=said.append, ask=lambda _question: reply)


def test_it_says_what_will_be_asked_and_cost_and_sends_the_smallest_question(server: ScriptedServer) -> None:
    said: list[str] = []
    done = flown(server, said)
    assert said[0] == f"preflight: {server.url}, gpt-4o-mini, gpt-4o; at most $0.5"
    assert any(line.startswith("estimate by the workload") for line in said)
    assert said[-1].startswith("probe: 200 length in ")
    assert "12 + 1 tokens, $2.4e-06; limits: remaining-requests 99" in said[-1]
    (request,) = server.requests
    body = orjson.loads(request.partition(b"\r\n\r\n")[2])
    assert (body["messages"][-1]["content"], body["max_tokens"], body["stream"]) == ("Why?", 1, False)
    assert b"Authorization: Bearer sk-0123456789" in request
    assert (done.cost.requests, done.cost.tokens) == (1, 13)
    assert done.facts is not None
    assert (done.facts["status"], done.facts["agreed"]) == (200, "terminal")
    left = after(settings(max_requests=10), done)
    assert left.max_requests == 9
    assert left.max_cost_usd == pytest.approx(0.5 - 2.4e-6)


@pytest.mark.parametrize("answered", [True, False])
def test_a_rehearsal_is_a_second_estimate_where_it_says_enough(
    server: ScriptedServer, tmp_path: Path, answered: bool
) -> None:
    rehearsal = RunFolder(tmp_path)
    rehearsal.start(settings(users=2, target="mock"), [], 0.0)
    rehearsal.records_jsonl.write_bytes(b"".join(record.to_json() + b"\n" for record in drawn(40 if answered else 0)))
    said: list[str] = []
    flown(server, said, rehearsed=rehearsal)
    assert [line for line in said if "by the rehearsal" in line] == [
        f"estimate by the rehearsal ({FOUND})"
        if answered
        else f"no estimate by the rehearsal: {tmp_path} holds no answer with a number of tokens"
    ]
    assert "estimate by the workload" in said[1]


@pytest.mark.parametrize("reply", ["no", "", "y"])
def test_only_a_yes_is_one(server: ScriptedServer, reply: str) -> None:
    with pytest.raises(SettingError, match=r"^--yes: not agreed; nothing but the probe was sent"):
        flown(server, [], reply)


@pytest.mark.parametrize(
    "server",
    [(401, {"error": {"code": "invalid_api_key", "message": "no"}}), (404, {"error": {"code": "model_not_found"}})],
    indirect=True,
)
def test_a_refusal_for_good_is_the_end(server: ScriptedServer) -> None:
    with pytest.raises(NoServerError, match=r"^the probe was refused: stopped at 40"):
        flown(server, [])


@pytest.mark.parametrize("server", [(503, {"error": {"code": "overloaded"}})], indirect=True)
def test_a_passing_trouble_is_shown_and_left_to_the_user(server: ScriptedServer) -> None:
    said: list[str] = []
    done = flown(server, said)
    assert "probe: 503 overloaded" in said[-1]
    assert done.cost.tokens > 13, "nobody knows what it cost"


def test_a_probe_that_uses_the_budget_up_is_said(server: ScriptedServer) -> None:
    with pytest.raises(SettingError, match=r"^--max-requests: the probe has used it up"):
        flown(server, [], max_requests=1)


@pytest.mark.parametrize(
    ("caps", "said"),
    [
        ({"max_tokens_total": 9}, r"^--max-tokens-total: 9 has no room for the probe, which takes up to \d+; raise"),
        ({"max_cost_usd": 1e-7}, r"^--max-cost-usd: 1e-07 has no room for the probe, which takes up to \d.*e-06;"),
    ],
)
def test_the_probe_is_not_sent_where_the_caps_have_no_room_for_it(
    server: ScriptedServer, caps: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingError, match=said):
        flown(server, [], **caps)
    assert server.requests == []


def test_a_mock_is_asked_without_ceremony() -> None:
    said: list[str] = []
    endpoint = Endpoint(target=Target.parse("http://127.0.0.1:9"))
    mocked = settings(target="mock", max_cost_usd=None)
    assert preflight(mocked, endpoint, MINE, Precautions(), say=said.append, ask=lambda _: "no") == Preflight()
    assert said == []


def test_a_reasoning_model_has_another_name_for_the_limit_and_extra_fields_go_along() -> None:
    _, body = smallest(settings(model="o3-mini", extra_body={"max_tokens": 900, "n": 4, "top_k": 3}), MINE)
    assert (body["max_completion_tokens"], body["top_k"], body["model"]) == (1, 3, "o3-mini")
    assert not {"max_tokens", "n"} & body.keys()


def test_nobody_at_a_terminal_has_to_have_agreed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = Endpoint(target=Target.parse("https://api.example.com"))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(SettingError, match=r"^--yes: missing; https://api.example.com is taken for a real API"):
        check_agreeable(settings(), endpoint, Precautions())
    check_agreeable(settings(), endpoint, Precautions(yes=True))
    check_agreeable(settings(target="mock"), endpoint, Precautions())


def test_what_no_cap_can_hold_is_refused_by_its_class() -> None:
    unbounded = Workload.parse('[[class]]\nname = "open"\nmodel = "gpt-4o"\nprompts = ["x"]\n', name="mine")
    drawn = Workload.parse(
        '[[class]]\nname = "drawn"\nmodel = "gpt-4o"\noutput_tokens = 9\nprompts = ["x"]\n', name="mine"
    )
    with pytest.raises(SettingError, match=r"^--max-cost-usd: class 'open' has no max_tokens"):
        check_bounded(settings(), unbounded)
    check_bounded(settings(extra_body={"max_tokens": 5}), unbounded)
    check_bounded(settings(), drawn)
    check_bounded(settings(max_cost_usd=None), unbounded)
    with pytest.raises(SettingError, match=r"^--max-cost-usd: the price of mine is not known; say with --price-as"):
        check_bounded(settings(model="mine"), drawn)
    check_bounded(settings(model="mine", price_as="gpt-4o"), drawn)
    check_bounded(settings(model="mine", max_cost_usd=None, max_tokens_total=5), drawn)


def test_a_real_api_needs_a_cap_and_a_mock_none() -> None:
    there = Target.parse("https://api.example.com")
    bare = RunSettings(host=str(there), workload="mine")
    with pytest.raises(SettingError, match=r"^--max-cost-usd: https://api.example.com is taken for a real API"):
        check_capped(bare, there)
    for capped in ({"max_cost_usd": 1.0}, {"max_requests": 1}, {"max_tokens_total": 1}, {"target": "mock"}):
        check_capped(RunSettings(host=str(there), workload="mine", **capped), there)
    check_capped(bare, Target.parse("http://127.0.0.1:8000"))
