"""Locust as its users know it: our Locust file, their own, and one that knows nothing of us."""

import csv
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from profiles.record import Record
from tests.e2e.results import records_of
from tests.e2e.runs import wait_for
from tests.ports import held_port

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]
Records: TypeAlias = Callable[[Path], list[Record]]

LOCUSTFILE = Path(__file__).parents[2] / "harness" / "locustfile.py"

OWN = """
from locust import constant, task

from harness import ChatUser


class Shopper(ChatUser):
    wait_time = constant(0)

    @task
    def ask(self) -> None:
        question = [{"role": "user", "content": "Which tents are waterproof?"}]
        self.chat(question, name="tents", stream=True, max_tokens=60, expect=["tent"])
        self.chat(question, name="boats", stream=False, model="gpt-4.1-nano", expect=["submarine"])
"""

PLAIN = """
from locust import HttpUser, task


class Plain(HttpUser):
    @task
    def ask(self) -> None:
        body = {"model": "gpt-4o-mini", "stream": True, "messages": [{"role": "user", "content": "Hello?"}]}
        with self.client.post(
            "/v1/chat/completions", json=body, headers={"Authorization": "Bearer x"}, stream=True, catch_response=True
        ) as answer:
            lines = [line for line in answer.iter_lines() if line]
            if lines[-1] == b"data: [DONE]" and all(line.startswith(b"data: ") for line in lines):
                answer.success()
            else:
                answer.failure("not a whole stream")
        self.environment.runner.quit()
"""


def only_run(folder: Path) -> Path:
    (run,) = (folder / "runs").iterdir()
    return run


def test_the_locust_file_runs_a_workload_and_locusts_statistics_stay_true(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    server = mock("--latency", "instant")
    done = command(
        *("locust", "-f", LOCUSTFILE, "--headless", "--host", server.url, "-u", 3, "-r", 10, "-t", "60s"),
        *(
            "--csv",
            "stats",
            "--html",
            "report.html",
            "--json-file",
            "stats",
            "--requests",
            12,
            "--think-time",
            0,
            "--only-summary",
        ),
        environ={"HARNESS_WORKLOAD": "streaming"},
    )
    assert done.code == 0, done.err
    run = only_run(tmp_path)
    assert run.name.startswith("streaming-")
    seen = records(run)
    assert len(seen) == len(server.journal()) == 12
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / "stats_stats.csv").exists()
    entries = json.loads((tmp_path / "stats.json").read_bytes())
    assert sum(entry["num_requests"] for entry in entries) == 12
    assert max(entry["max_response_time"] for entry in entries) == max(record.done_ms or 0 for record in seen)
    summary = json.loads((run / "summary.json").read_bytes())
    assert summary["requests"]["by_outcome"] == {"complete": 12}
    assert str(run.name) in done.err


PHASES = """
[[phase]]
name = "calm"
for_s = 3600
"""


def test_a_run_leaves_the_same_files_and_facts_as_harness_run(mock: Mock, command: Command, tmp_path: Path) -> None:
    (tmp_path / "phases.toml").write_text(PHASES)
    slow = ("--latency", "constant", "--ttft-ms", "1500", "--itl-ms", "0")  # of which the mock tells whole seconds
    url = mock(*slow, "--seed", "820", "--faults", tmp_path / "phases.toml").url
    load = ("-H", url, "-u", 2, "-r", 50, "--requests", 4, "--think-time", 0, "--out")
    done = command("harness", "run", "streaming", *load, "one")
    assert done.code == 0, done.out + done.err
    for out, flags in (("two", ()), ("three", ("--no-html", "--gzip"))):
        done = command("locust", "-f", LOCUSTFILE, "--headless", "--workload", "streaming", *load, out, *flags)
        assert done.code == 0, done.err
    ours, plain, fewer = (tmp_path / name for name in ("one", "two", "three"))
    assert {path.name for path in plain.iterdir()} == {path.name for path in ours.iterdir()} - {"locust.log"}
    names = {path.name for path in fewer.iterdir()}
    assert ("report.html" in names, "records.jsonl.gz" in names) == (False, True)
    one, two = (json.loads((folder / "run.json").read_bytes()) for folder in (ours, plain))
    assert one["max_tokens"] == two["max_tokens"]
    assert [phase["name"] for phase in two["phases"]] == ["calm"]
    assert one["phases"] == two["phases"]
    assert {*one} - {*two} == {"interrupted"}
    assert [phase["name"] for phase in json.loads((plain / "summary.json").read_bytes())["phases"]] == ["calm"]
    assert "report: two/report.html" in command("harness", "report", "two", "--format", "html").out


def test_own_users_chat_and_are_measured_and_proven(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    server = mock("--latency", "instant")
    (tmp_path / "shopper.py").write_text(OWN)
    done = command(
        "locust", "-f", "shopper.py", "--headless", "-H", server.url, "--requests", 6, "--exit-code-on-error", 5
    )
    assert done.code == 5, done.err
    seen = records(only_run(tmp_path))
    assert sorted((record.class_, record.stream, record.outcome) for record in seen) == [
        *[("boats", False, "invalid_content")] * 3,
        *[("tents", True, "complete")] * 3,
    ]
    assert {(record.class_, record.model) for record in seen} == {("tents", "gpt-4o-mini"), ("boats", "gpt-4.1-nano")}
    assert {record.tokens.completion for record in seen if record.tokens and record.class_ == "tents"} == {60}
    assert "invalid_content: any_of: none of submarine" in done.err
    assert (only_run(tmp_path) / "summary.json").exists()


def test_a_locust_file_that_knows_nothing_of_us_works_unchanged(mock: Mock, command: Command, tmp_path: Path) -> None:
    server = mock("--latency", "instant")
    (tmp_path / "plain.py").write_text(PLAIN)
    done = command("locust", "-f", "plain.py", "--headless", "--host", server.url, "-u", 1)
    assert done.code == 0, done.err
    assert [entry["status"] for entry in server.journal()] == [200]


def test_a_run_time_ends_it_and_what_is_cut_short_is_recorded(
    mock: Mock, command: Command, records: Records, tmp_path: Path
) -> None:
    server = mock("--latency", "constant", "--ttft-ms", "3600000", "--itl-ms", "0", "--reply-tokens", "fill")
    done = command("locust", "-f", LOCUSTFILE, "--headless", "-H", server.url, "-u", 2, "-r", 10, "-t", "6s")
    assert done.code == 1, done.err
    seen = records(only_run(tmp_path))
    assert seen
    assert {record.outcome for record in seen} == {"cancelled"}
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}


def test_what_cannot_be_run_is_one_line(command: Command, tmp_path: Path) -> None:
    flags = ("locust", "-f", LOCUSTFILE, "--headless", "--only-summary")
    for more, said in (
        (("-H", "http://127.0.0.1:9", "--workload", "baisc"), "baisc: no workloads profile of that name"),
        (("-H", "http://127.0.0.1:9", "--requests", "many"), "--requests: 'many' is not a number of calls"),
        (("-H", "https://api.example.com"), "OPENAI_API_KEY: not set"),
        ((), "--host: missing"),
    ):
        done = command(*flags, *more)
        assert done.code == 2
        (line,) = (line for line in done.err.splitlines() if "/ERROR/" in line)
        assert f"/ERROR/harness: {said}" in line
        assert "Traceback" not in done.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("workers", [0, 2])
def test_the_web_ui_starts_one_run_after_another(mock: Mock, tmp_path: Path, workers: int) -> None:
    server = mock("--latency", "instant")
    flags = ["-f", str(LOCUSTFILE), "--web-host", "127.0.0.1"]
    with (
        held_port() as port,
        held_port() as inner,
        subprocess.Popen(
            [sys.executable, "-m", "locust", *flags, "--web-port", str(port), *processes(workers, inner)],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        ) as locust,
    ):
        try:
            page = f"http://127.0.0.1:{port}"
            await_line(locust, "Starting web interface")
            for calls in (3, 5):
                wait_for(lambda: ready_workers(page) == workers)
                form = {"user_count": 2, "spawn_rate": 10, "host": server.url, "requests": calls, "think_time": "0"}
                post(f"{page}/swarm", form)
                await_line(locust, "the run is in")
                wait_for(lambda calls=calls: attempts_shown(page) == calls)  # type: ignore[misc]
                urllib.request.urlopen(f"{page}/stats/reset", b"").close()
                assert attempts_shown(page) == 0
        finally:
            locust.send_signal(signal.SIGTERM)
    first, second = sorted((tmp_path / "runs").iterdir(), key=lambda run: (run / "run.json").stat().st_mtime)
    assert [len(records_of(run)) for run in (first, second)] == [3, 5]


@pytest.mark.parametrize("workers", [0, 2])
def test_a_real_api_that_is_written_into_the_web_form_needs_a_cap_too(tmp_path: Path, workers: int) -> None:
    flags = ["-f", str(LOCUSTFILE), "--web-host", "127.0.0.1"]
    with (
        held_port() as port,
        held_port() as inner,
        subprocess.Popen(
            [sys.executable, "-m", "locust", *flags, "--web-port", str(port), *processes(workers, inner)],
            cwd=tmp_path,
            env=os.environ | {"OPENAI_API_KEY": "sk-0123456789"},
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        ) as locust,
    ):
        try:
            await_line(locust, "Starting web interface")
            wait_for(lambda: ready_workers(f"http://127.0.0.1:{port}") == workers)
            form = {"user_count": 1, "spawn_rate": 1, "host": "https://api.example.com"}
            post(f"http://127.0.0.1:{port}/swarm", form)
            await_line(locust, "https://api.example.com is taken for a real API, which costs money")
        finally:
            locust.send_signal(signal.SIGTERM)
    assert not (tmp_path / "runs").exists()


def attempts_shown(page: str) -> int:
    """How many attempts the tab of LLM requests shows, of all classes."""
    with urllib.request.urlopen(f"{page}/llm/csv") as answer:
        rows = list(csv.DictReader(answer.read().decode().splitlines()))
    return int(rows[-1]["attempts"]) if rows else 0


def processes(workers: int, port: int) -> list[str]:
    """The flags for so many workers."""
    ports = [f"--master-port={port}", f"--master-bind-port={port}"]
    return [f"--processes={workers}", *ports] if workers else []


def ready_workers(page: str) -> int:
    """How many workers wait for a test to begin."""
    with suppress(urllib.error.URLError), urllib.request.urlopen(f"{page}/stats/requests") as answer:
        return sum(worker["state"] == "ready" for worker in json.load(answer).get("workers", []))
    return -1


def await_line(process: "subprocess.Popen[str]", text: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    raise AssertionError(f"it never said {text!r}")


def post(url: str, form: dict[str, Any]) -> None:
    """Post a form, again while the server is not listening yet."""
    while True:
        try:
            with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode()) as answer:
                assert json.load(answer)["success"]
                return
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
