"""Plain Locust in several processes: one run, each question asked once, every record in one folder."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.run.folder import RunFolder
from profiles.record import Record
from tests.ports import held_port

from .locusts import locust, said
from .runs import DEADLINE_S

Mock: TypeAlias = Callable[..., Any]

SLOW = ("--latency", "constant", "--ttft-ms", "400", "--itl-ms", "5", "--reply-tokens", "fill")
WORKLOAD = """
[[class]]
name = "mine"
model = "gpt-4o-mini"
stream = false
think_time_s = [0, 0]
prompts = ["What is a tent?"]
"""
STUCK = ("--latency", "constant", "--ttft-ms", "3600000", "--itl-ms", "0", "--reply-tokens", "fill")


@pytest.fixture
def port() -> Iterator[int]:
    """Where a master may listen."""
    with held_port() as number:
        yield number


@contextmanager
def keeping_bodies() -> Iterator[tuple[str, list[str]]]:
    """A server that answers shortly, and the bodies of what it was asked."""
    bodies: list[str] = []
    choice = {"index": 0, "message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}
    answer = json.dumps({"model": "gpt-4o-mini", "choices": [choice]}).encode()

    class Keeper(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Keeper) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", bodies
        finally:
            server.shutdown()


def records_of(run: Path) -> list[Record]:
    return list(RunFolder(run).records())


def run_json(run: Path) -> dict[str, Any]:
    return RunFolder(run).run()


def own_port(port: int) -> tuple[object, ...]:
    return ("--master-port", port, "--master-bind-port", port)


def test_four_processes_ask_what_one_asks(tmp_path: Path, port: int) -> None:
    asked, seen = [], []
    for name, processes in (("one", ()), ("four", ("--processes", 4, *own_port(port)))):
        with keeping_bodies() as (url, bodies):
            flags = ("--headless", "-H", url, "-u", 4, "-r", 50, "--requests", 40, "--think-time", 0, "--seed", 7)
            with locust(tmp_path / name, *processes, *flags, "--out", "run") as process:
                assert process.wait(DEADLINE_S) == 0, said(tmp_path / name)
            asked.append(Counter(bodies))
            seen.append(records_of(tmp_path / name / "run"))
    one, four = asked
    assert sum(one.values()) == 40
    assert four == one
    assert Counter(record.session for record in seen[1]) == Counter(record.session for record in seen[0])
    assert Counter(record.worker for record in seen[1]) == {"0": 10, "1": 10, "2": 10, "3": 10}
    assert {record.worker for record in seen[0]} == {None}
    assert len({record.id for record in seen[1]}) == 40
    summary = json.loads((tmp_path / "four" / "run" / "summary.json").read_bytes())
    assert summary["requests"]["total"] == 40


def test_a_worker_that_cannot_see_the_run_folder_ships_its_records_there(mock: Mock, tmp_path: Path, port: int) -> None:
    server, here, there = mock("--latency", "instant"), tmp_path / "here", tmp_path / "there"
    (there / "run").mkdir(parents=True)
    (there / "run" / "run.json").write_text('{"id": "another"}')
    workload = here / "mine.toml"
    here.mkdir()
    workload.write_text(WORKLOAD)
    # Whoever opens this path comes into a folder of his own.
    flags = ("--headless", "--master", "--expect-workers", 2, "--master-bind-port", port, "--out", "/proc/self/cwd/run")
    load = ("-H", server.url, "-u", 4, "-r", 50, "--requests", 300, "--think-time", 0, "--workload", "./mine.toml")
    with (
        locust(here, *flags, *load) as master,
        locust(here, "--worker", "--master-port", port, "--label", "region=eu", log="eu"),
        locust(there, "--worker", "--master-port", port, "--label", "region=us"),
    ):
        assert master.wait(DEADLINE_S) == 0, said(here)
    seen = records_of(here / "run")
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert Counter(record.labels["region"] for record in seen) == {"eu": 150, "us": 150}
    assert not list(there.rglob("records*"))
    assert [worker["missing"] for worker in run_json(here / "run")["workers"]] == [0, 0]
    summary = json.loads((here / "run" / "summary.json").read_bytes())
    assert summary["labels"]["region=us"]["requests"]["total"] == 150
