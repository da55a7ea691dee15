"""`harness run` against a mock server, and its records against the server's journal."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any, TypeAlias

import pytest

from profiles.record import Record
from tests.ports import held_port

WORKLOAD = """
[pools.thing]
choices = ["a tent", "a very large boat", "the second one from the left", "it"]

[[class]]
name = "mine"
model = "gpt-4o-mini"
think_time_s = [0, 0]
prompts = ["What is {{thing}}?", "And where do I get {{thing}}, or anything that is like it?"]
"""

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]
Records: TypeAlias = Callable[[Path], list[Record]]

FAULTS = """
[[rule]]
fault = "status"
status = 503
probability = 0.3
"""


def test_records_and_journal_tell_the_same_story(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    server = mock("--latency", "instant", "--seed", "1")
    done = command(
        "harness",
        "run",
        "mixed",
        "-H",
        server.url,
        "-u",
        6,
        "-r",
        50,
        "--requests",
        40,
        "--think-time",
        0,
        "--out",
        "run",
    )
    assert (done.code, done.err) == (0, "")
    seen = {record.id: record for record in records(tmp_path / "run")}
    told = {entry["client_id"]: entry for entry in server.journal()}
    assert seen.keys() == told.keys()
    assert len(seen) == 40, "as many calls as were asked for, none of them retried"
    for name, record in seen.items():
        entry = told[name]
        assert (record.status, record.request_id, record.stream) == (entry["status"], entry["id"], entry["stream"])
        assert record.tokens is not None
        assert record.tokens.completion == entry["sent_tokens"]
    summary = json.loads((tmp_path / "run" / "summary.json").read_bytes())
    assert summary["valid"]
    assert summary["requests"]["logical"] == 40
    assert set(summary["classes"]) == {record.class_ for record in seen.values()}
    assert "Starting Locust" in (tmp_path / "run" / "locust.log").read_text()
    assert "run folder: run" in done.out
    *shown, page = done.out.splitlines()
    assert command("harness", "report", "run").out.splitlines()[-5:] == shown[-5:]
    assert page == "report: run/report.html"
    assert str(len(seen)) in (tmp_path / "run" / "report.html").read_text()


def test_what_a_run_leaves_can_be_chosen_and_made_again_from_packed_records(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    server = mock("--latency", "instant", "--seed", "2")
    few = ("-u", 2, "-n", 10, "--think-time", 0)
    done = command("harness", "run", "basic", "-H", server.url, *few, "--gzip", "--no-html", "--out", "run")
    assert done.code == 0, done.out + done.err
    folder = tmp_path / "run"
    assert {path.name for path in folder.iterdir()} == {
        *("run.json", "summary.json", "locust.log"),
        *("records.jsonl.gz", "timeseries.csv", "stats.csv"),
    }
    again = command("harness", "report", "run", "--format", "timeseries")
    assert (again.code, again.out) == (0, (folder / "timeseries.csv").read_text())
    assert command("harness", "report", "run", "-f", "html", "--out", "page.html").out == "report: page.html\n"
    assert "All 10 requests were answered completely." in (tmp_path / "page.html").read_text()
    replayed = ("--trace", "run/records.jsonl.gz", "--trace-speed", 5, "--no-html", "--out", "again")
    assert command("harness", "run", "basic", "-H", server.url, *replayed).code == 0
    summary = json.loads((tmp_path / "again" / "summary.json").read_bytes())
    assert summary["requests"]["logical"] == 10


def test_a_retried_call_is_one_call_of_several_attempts(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    (tmp_path / "faults.toml").write_text(FAULTS)
    server = mock("--latency", "instant", "--faults", str(tmp_path / "faults.toml"))
    done = command(
        "harness",
        *("run", "basic", "-H", server.url, "-u", 10, "-r", 50, "-n", 30),
        *("--think-time", 0, "--retry", "backoff", "--out", "run"),
    )
    assert done.code == 0
    seen = records(tmp_path / "run")
    assert len({record.call for record in seen}) == 30
    assert len(seen) > 30
    assert {record.id: record.status for record in seen} == {
        entry["client_id"]: entry["status"] for entry in server.journal()
    }
    for record in seen:
        assert (record.wait_ms is None) == (record.attempt == 1)


def test_a_run_ends_when_its_time_is_up_and_lets_users_finish(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    server = mock("--latency", "constant", "--ttft-ms", "300", "--itl-ms", "2", "--reply-tokens", "fill")
    done = command(
        "harness",
        "run",
        "streaming",
        "-H",
        server.url,
        "-u",
        3,
        "-r",
        50,
        "-t",
        "1s",
        "--think-time",
        0,
        "--out",
        "run",
    )
    assert done.code == 0
    assert "time is up" in done.out
    seen = records(tmp_path / "run")
    assert len(seen) == len(server.journal()) > 0
    assert {record.outcome for record in seen} == {"complete"}
    assert sum(not record.reused for record in seen) == 3, "a connection for each user"
    assert all(record.first_token_ms is not None and record.first_token_ms >= 300 for record in seen)


def test_workload_model_seed_and_think_time_can_be_chosen(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text(WORKLOAD)
    server = mock("--latency", "instant")
    texts = []
    for folder, seed in (("one", 1), ("two", 2)):
        flags = ("-u", 1, "-n", 3, "--think-time", 0.1, "--model", "gpt-4.1-nano", "--seed", seed, "--out", folder)
        assert command("harness", "run", "mine.toml", "-H", server.url, *flags).code == 0
        seen = records(tmp_path / folder)
        assert {record.model for record in seen} == {"gpt-4.1-nano"}
        ends = [(record.sent_at or 0) + (record.done_ms or 0) / 1000 for record in seen]
        assert all(next_one.intended_at - end >= 0.09 for end, next_one in zip(ends, seen[1:], strict=False))
        texts.append([record.tokens for record in seen])
    assert texts[0] != texts[1]


def test_the_parent_imports_neither_locust_nor_gevent(mock: Mock, command: Command, tmp_path: Path) -> None:
    server = mock("--latency", "instant")
    (tmp_path / "parent.py").write_text(
        "import sys\n"
        "import harness\n"
        "from harness.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(sorted({'locust', 'gevent', 'greenlet'} & set(sys.modules)))\n"
    )
    done = command("parent", "run", "basic", "-H", server.url, "-u", 1, "-n", 1)
    assert done.code == 0
    assert done.out.splitlines()[-1] == "[]"


@pytest.fixture(scope="module")
def picky(mocks: Mock, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server that takes none of our keys."""
    file = tmp_path_factory.mktemp("keys") / "keys.toml"
    file.write_text('[keys."sk-other"]\n')
    return mocks("--latency", "instant", "--keys", str(file))


@pytest.mark.parametrize("key", ["sk-short-1", "sk-proj-" + "a1B2" * 20, 'odd"<&key\\/' + "x" * 20])
def test_the_key_is_nowhere(picky: Any, command: Command, records: Records, tmp_path: Path, key: str) -> None:
    done = command(
        "harness", "run", "basic", "-H", picky.url, "-u", 2, "-r", 50, "-n", 4, "--think-time", 0, "--out", "run",
        environ={"OPENAI_API_KEY": key},
    )  # fmt: skip
    assert done.code == 0
    assert {record.status for record in records(tmp_path / "run")} == {401}
    artefacts = [done.out, done.err, *(path.read_text() for path in (tmp_path / "run").iterdir())]
    for part in (key, key[:8], json.dumps(key)[1:-1]):
        assert not [text for text in artefacts if part in text]


def test_a_server_that_never_answers_makes_the_run_invalid(command: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:

        def hang_up() -> None:
            while True:
                try:
                    deaf.accept()[0].close()
                except OSError:
                    return

        Thread(target=hang_up, daemon=True).start()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        done = command("harness", "run", "basic", "-H", url, "-u", 1, "-n", 3, "--think-time", 0, "--out", "run")
        deaf.shutdown(socket.SHUT_RDWR)
    assert done.code == 3
    assert "not a valid run: no request got an HTTP answer" in done.out
    assert not json.loads((tmp_path / "run" / "summary.json").read_bytes())["valid"]


def test_nobody_listening_is_said_before_any_load(command: Command, tmp_path: Path) -> None:
    with held_port() as port:
        done = command("harness", "run", "basic", "-H", f"http://127.0.0.1:{port}", "-n", 1)
    assert done.code == 3
    assert done.err.startswith(f"harness: --host: nothing answers at http://127.0.0.1:{port}")
    assert done.err.count("\n") == 1
    assert not (tmp_path / "runs").exists()


def test_without_a_key_nothing_is_sent_to_another_machine(command: Command) -> None:
    done = command("harness", "run", "basic", "-H", "https://api.example.com", "-n", 1)
    assert done.code == 2
    assert done.err.startswith("harness: OPENAI_API_KEY: not set")
    assert done.err.count("\n") == 1


def test_python_m_harness_is_the_same_command(command: Command) -> None:
    assert "harness run" in command("harness", "run", "--help").out


def test_a_climb_through_a_limit_gets_what_the_limit_holds(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    """2,000 tokens a day refill one in 43 s; a summary is charged 240 to 280."""
    (tmp_path / "limits.toml").write_text("[default]\ntpd = 2_000\n")
    server = mock("--latency", "instant", "--limits", tmp_path / "limits.toml")
    load = ("-u", 5, "-r", 50, "--requests", 30, "--think-time", 0, "--out", "run")
    assert command("harness", "run", "rate-limit", "-H", server.url, *load).code == 0
    outcomes = [record.outcome for record in records(tmp_path / "run")]
    assert set(outcomes) == {"complete", "rate_limited"}
    assert outcomes.count("complete") in (7, 8)
    assert sorted(entry["status"] for entry in server.journal()) == sorted(
        200 if outcome == "complete" else 429 for outcome in outcomes
    )


@pytest.mark.parametrize(
    "case",
    [
        ("--first-token-timeout", "slow_first_token; ms=9000", ("timeout", "first_token")),
        ("--idle-timeout", "stall; after_tokens=3", ("stalled", "idle")),
        ("--total-timeout", "stall; after_tokens=3", ("timeout", "total")),
    ],
)
def test_patience_ends_where_its_flag_says(
    mock: Mock, command: Command, records: Records, tmp_path: Path, case: tuple[str, str, tuple[str, str]]
) -> None:
    flag, fault, found = case
    server = mock("--latency", "instant", "--reply-tokens", "20")
    load = ("-n", 1, "-u", 1, flag, "0.3", "--header", f"x-mock-fault: {fault}", "--out", "run")
    assert command("harness", "run", "streaming", "-H", server.url, *load).code == 0
    (record,) = records(tmp_path / "run")
    assert (record.outcome, record.detail) == found
    (entry,) = server.journal()
    assert entry["hung_up_at"] - entry["received_at"] >= 0.25


def test_a_policy_s_settings_hold_and_its_client_is_well_behaved(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    server = mock("--latency", "instant", "--reply-tokens", "20", "--seed", "8125")  # its journal is its own
    refused = "rate_limit; wait_ms=30"
    load = ("-n", 2, "-u", 1, "--think-time", 0, "--header", f"x-mock-fault: {refused}", "--out", "run")
    assert command("harness", "run", "basic", "-H", server.url, *load, "--retry", "fixed, attempts=3").code == 0
    assert [record.attempt for record in records(tmp_path / "run")] == [1, 2, 3] * 2
    calls = json.loads((tmp_path / "run" / "summary.json").read_bytes())["calls"]
    assert (calls["n"], calls["attempts"], calls["amplification"], calls["wait_ms_per_call"]) == (2, 6, 3.0, 60.0)
    assert calls["complete_in_the_end"] == 0.0
    verdict = command("mockserver", "verdict", server.url)
    assert verdict.code == 0
    assert "verdict: 6 requests in 2 calls" in verdict.out
