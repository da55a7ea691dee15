"""The verdict on real clients of a real server: over HTTP, by the command line, of a file."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import openai
import pytest
from msgspec.structs import replace

from mockserver.app import app_of, create_app
from mockserver.clock import Clock
from mockserver.serving import Server
from mockserver.settings import Settings
from mockserver.simulation import Simulation
from mockserver.truth.journal import Journal
from tests.mockserver.live import live
from tests.mockserver.truth.journals import call

QUESTION = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 3}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with live(create_app(Settings(latency="instant", journal=tmp_path / "journal.jsonl"))) as server:
        yield server


def verdict(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "mockserver", "verdict", *arguments)
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **environment})


def post(server: Server, fault: str = "") -> httpx2.Response:
    headers = {"authorization": "Bearer sk-a", **({"x-mock-fault": fault} if fault else {})}
    return httpx2.post(f"{server.url}/v1/chat/completions", json=QUESTION, headers=headers)


def ask_by_sdk(server: Server, fault: str, **client: float) -> None:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="sk-a", **client) as sdk:  # type: ignore[arg-type]
        sdk.chat.completions.create(**QUESTION, extra_headers={"x-mock-fault": fault})  # type: ignore[call-overload]


def test_a_client_that_waits_as_told_behaves_well(server: Server, tmp_path: Path) -> None:
    httpx2.post(f"{server.url}/_mock/faults", json={"fault": "rate_limit", "wait_ms": 50, "times": 2})
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="sk-a") as sdk:
        sdk.chat.completions.create(**QUESTION)  # type: ignore[call-overload]
    found = httpx2.get(f"{server.url}/_mock/verdict").json()
    assert (found["requests"], found["calls"], found["ambiguous"]) == (3, 1, 0)
    assert found["well_behaved"]
    done = verdict(server.url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "well behaved: 0 failures, 0 warnings"
    assert verdict(f"{server.url}/v1", "--strict").returncode == 0


def test_a_client_that_does_not_wait_fails(server: Server, tmp_path: Path) -> None:
    assert post(server, "rate_limit; wait_ms=5000").status_code == 429
    assert post(server).status_code == 200
    done = verdict(server.url)
    assert done.returncode == 1
    assert (
        "failure  retry_after_ignored: 1 of 1 retries came before the told wait was over, one of 5,000 ms"
        in done.stdout
    )
    of_file = verdict(str(tmp_path / "journal.jsonl"), "--json")
    assert of_file.returncode == 1
    assert json.loads(of_file.stdout)["findings"] == httpx2.get(f"{server.url}/_mock/verdict").json()["findings"]


def test_what_cannot_be_mended_must_not_be_retried(server: Server) -> None:
    with pytest.raises(openai.RateLimitError):
        ask_by_sdk(server, "quota", max_retries=1)
    (finding,) = httpx2.get(f"{server.url}/_mock/verdict").json()["findings"]
    assert (finding["kind"], finding["count"]) == ("retried_permanent", 1)
    assert finding["text"].endswith("insufficient_quota")


def test_warnings_fail_when_it_is_strict(server: Server) -> None:
    post(server, "status; status=503")
    running = httpx2.get(f"{server.url}/_mock/verdict?running=1").json()
    assert (running["pending"], running["findings"]) == (1, [])
    assert verdict(server.url).returncode == 0
    assert verdict(server.url, "--strict").returncode == 1


def test_how_many_may_be_open_and_how_long_silence_may_last_are_flags(server: Server) -> None:
    headers = {"authorization": "Bearer sk-a", "x-mock-fault": "hang"}
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.post(f"{server.url}/v1/chat/completions", json=QUESTION, headers=headers, timeout=0.2)
    post(server)
    assert verdict(server.url).returncode == 0
    assert "sat_through_stall" in verdict(server.url, "--stall", "0.1").stdout


@pytest.mark.parametrize(
    ("flags", "code"),
    [((), 1), (("--amplification", "4"), 0), (("--amplification", "4", "--in-flight", "1"), 1)],
)
def test_what_is_too_much_is_said_by_flags(tmp_path: Path, flags: tuple[str, ...], code: int) -> None:
    calls = [
        each
        for number in range(25)
        for each in call(f"c{number}", 503, 503, 200, waits=(0.5 + number / 40, 1.0 + number / 20), at=number / 100)
    ]
    lines = [json.dumps(each.to_dict()) for each in calls]
    (tmp_path / "journal.jsonl").write_text("\n".join(lines))
    assert verdict(str(tmp_path / "journal.jsonl"), *flags).returncode == code


def test_a_server_says_how_much_it_has_forgotten() -> None:
    simulation = Simulation.of(Settings(latency="instant"), Clock())
    with live(app_of(replace(simulation, journal=Journal(simulation.clock, kept=2)))) as server:
        for _ in range(5):
            post(server)
        assert httpx2.get(f"{server.url}/_mock/verdict").json()["forgotten"] == 3
        assert "the first 3 requests are forgotten" in verdict(server.url).stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("missing.jsonl", "missing.jsonl: no such file or directory; give a file or http://HOST:PORT"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1: nothing answers there:"),
        ("bad.jsonl", "bad.jsonl: line 2: is no entry of a journal"),
    ],
)
def test_what_is_no_journal_is_said_in_a_line(tmp_path: Path, given: str, said: str) -> None:
    entry = '{"seq": 1, "id": "r", "route": "/", "stream": false, "received_at": 1.0}'
    (tmp_path / "bad.jsonl").write_text(f"{entry}\n[1]\n")
    command = (sys.executable, "-m", "mockserver", "verdict", given)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"mockserver: {said}")
    assert done.stderr.count("\n") == 1


def test_a_guarded_server_wants_its_token() -> None:
    with live(create_app(Settings(latency="instant", admin_token="open sesame"))) as server:
        assert "MOCK_ADMIN_TOKEN is missing or not the server's" in verdict(server.url).stderr
        assert verdict(server.url, MOCK_ADMIN_TOKEN="open sesame").returncode == 0
