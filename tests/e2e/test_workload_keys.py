"""What the keys of a workload file do to a run against a mock server."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.run.folder import RunFolder
from harness.workload import Workload
from harness.workload.sizes import first_prompt
from profiles.catalogue import load_catalogue
from profiles.record import Record
from tests.e2e.locusts import LOCUSTFILE
from tests.e2e.results import summary_of

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]
Records: TypeAlias = Callable[[Path], list[Record]]
Run: TypeAlias = Callable[..., list[Record]]

PROMPTS = "prompts = ['Why is the sky blue?']"
PLAIN = f"[[class]]\nname = 'plain'\nmodel = 'gpt-4o-mini'\nthink_time_s = [0, 0]\n{PROMPTS}\n"
STREAMED = PLAIN + "stream = true\n"


@pytest.fixture
def run(command: Command, records: Records, tmp_path: Path) -> Run:
    """Runs a workload of this text into the folder `out` and gives its records; it has to go well."""

    def run(url: str, text: str, *flags: object, out: str = "run") -> list[Record]:
        (tmp_path / "mine.toml").write_text(text)
        done = command("harness", "run", "./mine.toml", "-H", url, "-r", 50, "--out", out, *flags)
        assert (done.code, done.err) == (0, "")
        return records(tmp_path / out)

    return run


@pytest.mark.parametrize("abandon", ["after_tokens = 5", "after_s = [0.1, 0.2]"])
def test_users_who_hang_up_are_neither_success_nor_failure_and_the_server_sees_them_go(
    mock: Mock, run: Run, tmp_path: Path, abandon: str
) -> None:
    server = mock("--seed", "501")
    seen = run(server.url, f"{STREAMED}abandon = {{ share = 0.5, {abandon} }}", "-u", 8, "-n", 16)
    assert {record.outcome for record in seen} == {"complete", "abandoned"}
    told = {entry["client_id"]: entry for entry in server.journal()}
    for record in seen:
        assert (told[record.id].get("hung_up_at") is not None) == (record.outcome == "abandoned")
    summary = summary_of(tmp_path / "run")
    assert summary["requests"]["by_outcome"]["abandoned"] == sum(record.outcome == "abandoned" for record in seen)
    assert summary["e2e_all_ms"]["n"] == summary["requests"]["by_outcome"]["complete"]


def test_a_code_that_was_asked_for_comes_back(mock: Mock, run: Run) -> None:
    server = mock("--latency", "instant", "--seed", "502")
    text = STREAMED + "expect = { echo_nonce = true }\n"
    text += text.replace("'plain'", "'talk'").replace(PROMPTS, "prompt_tokens = 30\nturns = 3")
    seen = run(server.url, text, "-u", 4, "-n", 24)
    assert {(record.class_, record.outcome) for record in seen} == {("plain", "complete"), ("talk", "complete")}


def test_a_tool_that_has_to_be_called_is_called_with_json(mock: Mock, run: Run) -> None:
    server = mock("--latency", "instant", "--seed", "503")
    tools = """
tool_choice = "find_order"
expect = { tool_call = "find_order" }
[[class.tools]]
function = { name = "find_order", parameters = { type = "object", properties = { number = { type = "string" } } } }
"""
    seen = run(server.url, PLAIN + tools, "-u", 2, "-n", 4)
    assert {record.outcome for record in seen} == {"complete"}
    unforced = run(server.url, PLAIN + tools.replace('"find_order"\nexpect', '"none"\nexpect'), "-n", 2, out="again")
    assert {(record.outcome, record.detail) for record in unforced} == {
        ("invalid_content", "tool_call: find_order is not called, but nothing")
    }


def test_json_conforms_to_the_schema_that_was_asked_for(mock: Mock, run: Run) -> None:
    server = mock("--latency", "instant", "--seed", "504")
    schema = """{ type = "object", properties = { colour = { type = "string" } }, required = ["colour"], \
additionalProperties = false }"""
    asked = f"response_format = {{ name = 'answer', schema = {schema} }}\nexpect = {{ json_schema = {schema} }}\n"
    assert {record.outcome for record in run(server.url, PLAIN + asked, "-n", 4)} == {"complete"}


def test_a_class_is_retried_as_it_says_unless_a_flag_says_otherwise(mock: Mock, run: Run, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nfault = "status"\nstatus = 503\n')
    server = mock("--latency", "instant", "--faults", str(rules), "--seed", "505")
    text = "[run]\nretry = 'immediate, attempts=2'\n" + PLAIN
    text += PLAIN.replace("'plain'", "'stubborn'") + "retry = 'immediate, attempts=3'\n"
    seen = run(server.url, text, "-u", 2, "-n", 20)
    attempts = {name: max(r.attempt for r in seen if r.class_ == name) for name in ("plain", "stubborn")}
    assert attempts == {"plain": 2, "stubborn": 3}
    assert summary_of(tmp_path / "run")["run"]["settings"]["retry"] == "immediate, attempts=2"
    assert {record.attempt for record in run(server.url, text, "-n", 20, "--retry", "none", out="again")} == {1}


def test_a_class_has_its_own_patience_unless_a_flag_says_otherwise(mock: Mock, run: Run) -> None:
    server = mock("--latency", "constant", "--seed", "506")
    text = PLAIN + PLAIN.replace("'plain'", "'hasty'") + "timeouts = { total_s = 0.05 }\n"
    seen = run(server.url, text, "-u", 4, "-n", 20)
    assert {(r.class_, r.outcome, r.detail) for r in seen} == {
        ("plain", "complete", None),
        ("hasty", "timeout", "total"),
    }
    patient = run(server.url, text, "-n", 20, "--total-timeout", "60s", out="again")
    assert {record.outcome for record in patient} == {"complete"}


def test_the_run_table_stands_for_flags_which_win(mock: Mock, run: Run, tmp_path: Path) -> None:
    server = mock("--latency", "instant", "--seed", "507")
    table = """
[run]
users = 3
spawn_rate = 40
run_time = "50s"
requests = 9
think_time = 0
model = "gpt-4o"
seed = 77
stop_timeout = 5
timeouts = { idle_s = 20 }
"""
    text = table + PLAIN + "slo = ['complete >= 50 %']\n"
    seen = run(server.url, text)
    assert len(seen) == 9
    assert {record.model for record in seen} == {"gpt-4o"}
    told = json.loads((tmp_path / "run" / "run.json").read_bytes())
    settings = told["settings"]
    assert {name: settings[name] for name in ("users", "requests", "seed", "think_time_s", "stop_timeout_s")} == {
        "users": 3,
        "requests": 9,
        "seed": 77,
        "think_time_s": 0,
        "stop_timeout_s": 5,
    }
    assert (settings["run_time_s"], settings["retry"]) == (50, "none")
    assert settings["timeouts"] == {"connect_s": 10, "first_token_s": 60, "idle_s": 20, "total_s": 600}
    assert summary_of(tmp_path / "run")["run"]["slo"] == ["class=plain: complete >= 50 %"]
    fewer = run(server.url, text, "-n", 2, "--model", "gpt-4", "--seed", 3, "-u", 1, out="again")
    assert [record.model for record in fewer] == ["gpt-4"] * 2


def test_two_workers_ask_what_stands_in_a_file_on_the_master_s_machine_and_repeat_it_alike(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    server = mock("--latency", "instant", "--seed", "508")
    (tmp_path / "asked.jsonl").write_text('{"prompt": "One?"}\n{"prompt": "Two, or more of it?"}\n')
    (tmp_path / "mine.toml").write_text(PLAIN.replace(PROMPTS, "prompts_from = 'asked.jsonl'"))
    flags = ("-u", 4, "-r", 50, "-n", 12, "--processes", 2, "--out", "run")
    done = command("harness", "run", "./mine.toml", "-H", server.url, *flags)
    assert (done.code, done.err) == (0, "")
    assert {record.outcome for record in RunFolder(tmp_path / "run").records()} == {"complete"}
    assert len({record.tokens.prompt for record in RunFolder(tmp_path / "run").records() if record.tokens}) == 2


def test_a_prefix_that_is_shared_is_cached(mock: Mock, run: Run) -> None:
    server = mock("--latency", "instant", "--seed", "509")
    seen = run(server.url, PLAIN + "shared_prefix_tokens = 2048\nshared_prefixes = 2\n", "-u", 1, "-n", 20)
    cached = [record.tokens.cached for record in seen if record.tokens]
    assert cached.count(0) == 2
    assert min(each or 0 for each in cached if each) >= 2048 - 128


def test_the_prompt_tokens_that_are_shown_beforehand_are_those_that_are_charged(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    server = mock("--latency", "instant", "--seed", "510")
    flags = ("-u", 4, "-r", 50, "-n", 20, "--seed", 6, "--think-time", 0, "--out", "run")
    assert command("harness", "run", "agent", "-H", server.url, *flags).code == 0
    agent, catalogue = Workload.load("agent", seed=6), load_catalogue()
    seen = records(tmp_path / "run")
    assert {(record.class_, record.outcome) for record in seen} == {
        ("tool-call", "complete"),
        ("extraction", "complete"),
    }
    for record in seen:
        assert record.tokens is not None
        assert record.tokens.prompt == first_prompt(agent.session(int(record.session or 0)), catalogue)


def test_plain_locust_fills_in_from_the_run_table_too(mock: Mock, command: Command, tmp_path: Path) -> None:
    server = mock("--latency", "instant", "--seed", "511")
    table = "[run]\nrequests = 3\nthink_time = 0\nmodel = 'gpt-4o'\nseed = 5\nretry = 'backoff'\n"
    (tmp_path / "mine.toml").write_text(table + PLAIN + "slo = ['complete >= 99 %']\n")
    flags = ("--headless", "-H", server.url, "-u", 1, "--workload", "mine.toml", "--out", "run")
    assert command("locust", "-f", LOCUSTFILE, *flags).code == 0
    assert [entry["model"] for entry in server.journal()] == ["gpt-4o"] * 3
    run = json.loads((tmp_path / "run" / "run.json").read_bytes())
    settings = run["settings"]
    assert (settings["seed"], settings["requests"], settings["retry"]) == (5, 3, "backoff")
    assert run["slo"] == ["class=plain: complete >= 99 %"]
