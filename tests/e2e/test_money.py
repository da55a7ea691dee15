"""Caps on what a run may use: the mock's journal counts every attempt, whoever sent it."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from profiles.catalogue import load_catalogue
from profiles.pricing import price_usd
from profiles.record import Record
from tests.e2e.results import records_of
from tests.e2e.runs import processes_of, running, wait_for
from tests.ports import held_port

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]

LOCUSTFILE = Path(__file__).parents[2] / "harness" / "locustfile.py"
BRISK = ("--latency", "constant", "--ttft-ms", "20", "--itl-ms", "1")
LOAD = ("-u", 12, "-r", 100, "-t", "80s", "--think-time", 0, "-s", "10s")
WORKERS = (1, 4)


def used(journal: list[dict[str, Any]], records: list[Record]) -> tuple[int, float]:
    """The tokens and dollars of what the mock was asked, at most: it says what it sent, usage what it was asked.

    Of a request whose usage nobody saw the prompt is taken to be the longest of the run.
    """
    mini = load_catalogue().by_name["gpt-4o-mini"]
    prompts = {record.id: record.tokens.prompt or 0 for record in records if record.tokens is not None}
    tokens, usd = 0, 0.0
    for entry in journal:
        prompt, completion = prompts.get(entry["client_id"], max(prompts.values())), entry["sent_tokens"]
        tokens += prompt + completion
        usd += price_usd(mini, prompt, 0, completion) or 0.0
    return tokens, usd


def run_json(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "run.json").read_bytes())
    return told


@pytest.mark.parametrize("workers", WORKERS)
def test_a_cap_on_requests_is_made_to_the_last_attempt_and_never_exceeded(
    mock: Mock, command: Command, tmp_path: Path, workers: int
) -> None:
    """Every fourth is refused and retried: retries count too."""
    server = mock(*BRISK, "--faults", str(faulty(tmp_path)), "--seed", f"10{workers}")
    flags = ("--processes", workers, "--max-requests", 60, "--retry", "immediate, attempts=3")
    done = command("harness", "run", "streaming", "-H", server.url, *LOAD, *flags, "--out", "run")
    assert (done.code, done.err) == (0, ""), done.out
    assert len(server.journal()) == 60
    records = records_of(tmp_path / "run")
    unsent = [record for record in records if record.outcome == "not_sent"]
    assert len(records) - len(unsent) == 60
    assert {record.detail for record in unsent} == {"budget"}
    assert 0 < len(unsent) <= 12, "once for a user"
    assert any(record.attempt > 1 for record in records)
    money = run_json(tmp_path / "run")["money"]
    assert (money["max_requests"], money["requests"], money["dry"]) == (60, 60, True)
    assert "the budget is used up (60 of 60 requests)" in done.out


def faulty(folder: Path) -> Path:
    path = folder / "every-fourth.toml"
    path.write_text('[[rule]]\nfault = "status"\nstatus = 503\nevery = 4\n')
    return path


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("capped", [("--max-tokens-total", 20_000), ("--max-cost-usd", 0.01)])
def test_a_cap_on_tokens_or_dollars_is_never_exceeded_and_mostly_used(
    mock: Mock, command: Command, tmp_path: Path, workers: int, capped: tuple[str, float]
) -> None:
    flag, cap = capped
    server = mock(*BRISK, "--seed", f"11{workers}")
    done = command(
        *("harness", "run", "streaming", "-H", server.url, *LOAD, flag, cap, "--processes", workers, "--out", "run")
    )
    assert (done.code, done.err) == (0, ""), done.out
    records = records_of(tmp_path / "run")
    tokens, usd = used(server.journal(), records)
    worst = 450 if flag == "--max-tokens-total" else 0.0002
    spent = tokens if flag == "--max-tokens-total" else usd
    assert cap - worst < spent <= cap
    money = run_json(tmp_path / "run")["money"]
    assert money["dry"]
    told = money["tokens"] if flag == "--max-tokens-total" else money["spent_usd"]
    assert told == pytest.approx(spent, abs=1e-6)
    assert {record.outcome for record in records} == {"complete", "not_sent"}


def test_a_worker_that_is_killed_breaks_no_cap(mock: Mock, tmp_path: Path) -> None:
    server, folder = (
        mock("--latency", "constant", "--ttft-ms", "300", "--itl-ms", "2", "--seed", "120"),
        tmp_path / "run",
    )
    cap = 30_000
    with running(server.url, folder, "-u", "12", "--processes", "4", "--max-tokens-total", str(cap)) as harness:
        wait_for(lambda: len(server.journal()) > 20)
        started = processes_of(folder)
        workers = [pid for pid in started if "--worker" in Path(f"/proc/{pid}/cmdline").read_text().split("\0")]
        assert len(workers) == 4
        os.kill(workers[1], signal.SIGKILL)
        out, _ = harness.communicate(timeout=80)
    assert harness.returncode == 3, out
    assert "was killed by SIGKILL" in out
    tokens, _ = used(server.journal(), records_of(folder))
    assert tokens <= cap
    assert run_json(folder)["money"]["dry"]


def test_plain_locust_keeps_the_caps_too(mock: Mock, command: Command, tmp_path: Path) -> None:
    server = mock(*BRISK, "--seed", "130")
    with held_port() as port:
        own_port = ("--master-port", port, "--master-bind-port", port)
        done = command(
            *("locust", "-f", LOCUSTFILE, "--headless", "-H", server.url, "--workload", "streaming", "-u", 8),
            *("-r", 100, "-t", "60s", "--think-time", 0, "--stop-timeout", 10),
            *("--processes", 2, *own_port, "--out", "run"),
            environ={"HARNESS_MAX_REQUESTS": "40"},
        )
    assert done.code == 0, done.err
    assert len(server.journal()) == 40, done.err
    money = run_json(tmp_path / "run")["money"]
    assert (money["requests"], money["dry"]) == (40, True)


def test_without_a_cap_nothing_is_reserved_and_nothing_said(mock: Mock, command: Command, tmp_path: Path) -> None:
    server = mock(*BRISK, "--seed", "140")
    done = command("harness", "run", "streaming", "-H", server.url, "-u", 2, "-n", 4, "--think-time", 0, "--out", "run")
    assert done.code == 0
    assert "money" not in run_json(tmp_path / "run")


def test_a_call_without_max_tokens_ends_a_run_that_has_a_budget(mock: Mock, command: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from locust import task\nfrom harness import ChatUser\n\n\nclass Asker(ChatUser):\n    @task\n"
        "    def ask(self):\n        self.chat([{'role': 'user', 'content': 'Why?'}], name='asking')\n"
    )
    server = mock(*BRISK, "--seed", "150")
    done = command(
        *("locust", "-f", "mine.py", "--headless", "-H", server.url, "-u", 2, "-t", "60s", "--only-summary"),
        *("--max-cost-usd", "0.01", "--out", "run"),
    )
    assert done.code == 3, done.err
    (line,) = (line for line in done.err.splitlines() if "/ERROR/" in line)
    assert "class asking has no max_tokens" in line
    assert server.journal() == []
    (why,) = run_json(tmp_path / "run")["why_not"]
    assert why.startswith("class asking has no max_tokens")


DEPLOYED = ("streaming", "--model", "my-deployment", "-u", 2, "-n", 4, "--think-time", 0)


def at_price_of_mini(records: list[Record]) -> list[float]:
    """What they cost if a deployment counts as gpt-4o-mini."""
    mini = load_catalogue().by_name["gpt-4o-mini"]
    told = [record.tokens for record in records if record.tokens is not None]
    return [price_usd(mini, one.prompt or 0, one.cached or 0, one.completion or 0) or 0.0 for one in told]


def test_a_deployment_counts_at_the_price_of_the_model_that_is_said(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    server = mock(*BRISK, "--models", "any", "--seed", "150")
    flags = ("-H", server.url, "--max-cost-usd", 1, "--out", "run")
    done = command("harness", "run", *DEPLOYED, *flags)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "say with --price-as MODEL at which model's price it counts" in done.err
    done = command("harness", "run", *DEPLOYED, *flags, "--price-as", "gpt-4o-mini")
    assert done.code == 0, done.out + done.err
    records = records_of(tmp_path / "run")
    assert [record.cost_usd for record in records] == pytest.approx(at_price_of_mini(records))
    assert run_json(tmp_path / "run")["money"]["spent_usd"] == pytest.approx(sum(at_price_of_mini(records)), rel=1e-6)


def test_a_run_that_has_no_cost_is_given_one_later(mock: Mock, command: Command, tmp_path: Path) -> None:
    server = mock(*BRISK, "--models", "any", "--seed", "151")
    done = command("harness", "run", *DEPLOYED, "-H", server.url, "--out", "run")
    assert done.code == 0, done.out + done.err
    folder = tmp_path / "run"
    assert {record.cost_usd for record in records_of(folder)} == {None}
    lines = (folder / "records.jsonl").read_bytes()
    done = command("harness", "report", "run", "--format", "json", "--price-as", "gpt-4o-mini")
    assert done.code == 0, done.err
    whole = pytest.approx(sum(at_price_of_mini(records_of(folder))))
    assert json.loads(done.out)["cost_usd"] == whole
    assert sum(record.cost_usd or 0 for record in records_of(folder)) == whole, "whoever reads them later"
    assert (folder / "records.jsonl").read_bytes() == lines
