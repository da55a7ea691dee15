"""Plain Locust in several processes: one run, each question asked once, every record in one folder."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness.run.folder import RunFolder
from tests.e2e.collector import collecting
from tests.e2e.locusts import Process, locust, said
from tests.e2e.results import assert_summary_is_the_fold_of_the_records, records_of, summary_of
from tests.e2e.runs import DEADLINE_S, wait_for
from tests.ports import held_port

Mock: TypeAlias = Callable[..., Any]

SLOW = ("--latency", "constant", "--ttft-ms", "400", "--itl-ms", "1", "--reply-tokens", "fill")
WORKLOAD = """
[[class]]
name = "mine"
model = "gpt-4o-mini"
stream = false
think_time_s = [0, 0]
prompts = ["What is a tent?"]
"""
TELLING = """
import logging

from harness.locustfile import WorkloadUser
from locust import events


@events.test_start.add_listener
def tell(environment, **_):
    logging.info("the options hold the header %s", environment.parsed_options.header)
"""
INTERRUPTING = """
import os
import signal
from contextlib import suppress

from harness import ChatUser
from locust import task


class Impatient(ChatUser):
    @task
    def ask(self):
        self.chat([{"role": "user", "content": "Why?"}], name="why", expect=self.interrupt)

    def interrupt(self, text):
        with suppress(FileExistsError), open("interrupted", "x"):
            os.killpg(0, signal.SIGINT)
        return True
"""
ANSWERED = ("--workload", "streaming", "--exit-code-on-error", 0)
"""What the collector can answer, though never as expected."""
STUCK = ("--latency", "constant", "--ttft-ms", "3600000", "--itl-ms", "0", "--reply-tokens", "fill")


@pytest.fixture
def port() -> Iterator[int]:
    """Where a master may listen."""
    with held_port() as number:
        yield number


def run_json(run: Path) -> dict[str, Any]:
    return RunFolder(run).run()


def own_port(port: int) -> tuple[object, ...]:
    return ("--master-port", port, "--master-bind-port", port)


def test_four_processes_ask_what_one_asks(tmp_path: Path, port: int) -> None:
    asked, seen = [], []
    for name, processes in (("one", ()), ("four", ("--processes", 4, *own_port(port)))):
        with collecting() as server:
            load = ("-H", server.url, "-u", 4, "-r", 50, "--requests", 40, "--think-time", 0, "--seed", 7, *ANSWERED)
            flags = ("--headless", *processes, *load, "--out", "run")
            with locust(tmp_path / name, *flags) as process:
                assert process.wait(DEADLINE_S) == 0, said(tmp_path / name)
            asked.append(server.bodies)
            seen.append(records_of(tmp_path / name / "run"))
    one, four = asked
    assert one.total() == 40
    assert four == one
    assert Counter(record.session for record in seen[1]) == Counter(record.session for record in seen[0])
    assert Counter(record.worker for record in seen[1]) == {"0": 10, "1": 10, "2": 10, "3": 10}
    assert {record.worker for record in seen[0]} == {None}
    assert len({record.id for record in seen[1]}) == 40
    assert_summary_is_the_fold_of_the_records(tmp_path / "four" / "run")


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
    assert_summary_is_the_fold_of_the_records(here / "run")
    assert summary_of(here / "run")["labels"]["region=us"]["requests"]["total"] == 150


@pytest.mark.parametrize("whom", ["group", "master"])
def test_an_interrupt_loses_nothing_and_lets_users_finish(mock: Mock, tmp_path: Path, port: int, whom: str) -> None:
    """Ctrl-C in a terminal reaches the whole group, `kill -INT` the master alone."""
    server = mock(*SLOW)
    load = ("-u", 6, "-r", 50, "--think-time", 0, "--workload", "streaming", "--stop-timeout", 30, "--out", "run")
    with locust(tmp_path, "--headless", "--processes", 3, *own_port(port), "-H", server.url, *load) as process:
        wait_for(lambda: len(server.journal()) > 8)
        interrupt(process, whom)
        assert process.wait(DEADLINE_S) == 0, said(tmp_path)
    seen = records_of(tmp_path / "run")
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert {record.outcome for record in seen} == {"complete"}
    assert [worker["why"] for worker in run_json(tmp_path / "run")["workers"]] == ["done"] * 3
    assert_summary_is_the_fold_of_the_records(tmp_path / "run")


@pytest.mark.parametrize("processes", [1, 2])
def test_an_interrupt_in_the_middle_of_a_user_does_not_cost_its_record(
    mock: Mock, tmp_path: Path, port: int, processes: int
) -> None:
    server = mock("--latency", "instant")
    (tmp_path / "impatient.py").write_text(INTERRUPTING)
    several = ("--processes", processes, *own_port(port)) if processes > 1 else ()
    flags = ("--headless", *several, "-f", "impatient.py", "-H", server.url, "-u", processes, "--stop-timeout", 30)
    with locust(tmp_path, *flags, "--out", "run") as process:
        assert process.wait(DEADLINE_S) == 0, said(tmp_path)
    seen = records_of(tmp_path / "run")
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert {record.outcome for record in seen} == {"complete"}


def test_what_an_interrupt_cuts_short_is_recorded_as_cancelled(mock: Mock, tmp_path: Path, port: int) -> None:
    server = mock(*STUCK)
    flags = ("--headless", "--processes", 2, *own_port(port), "-H", server.url, "-u", 4, "-r", 50, "--out", "run")
    with locust(tmp_path, *flags) as process:
        wait_for(lambda: len(server.journal()) == 4)
        interrupt(process, "group")
        process.wait(DEADLINE_S)
    seen = records_of(tmp_path / "run")
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert [record.outcome for record in seen] == ["cancelled"] * 4


def test_an_interrupted_master_gets_the_last_records_of_a_remote_worker(mock: Mock, tmp_path: Path, port: int) -> None:
    server, here, there = mock(*SLOW), tmp_path / "here", tmp_path / "there"
    load = ("-H", server.url, "-u", 3, "-r", 50, "--think-time", 0, "--workload", "streaming", "--stop-timeout", 30)
    flags = ("--headless", "--master", "--master-bind-port", port, "--out", "/proc/self/cwd/run", *load)
    with locust(here, *flags) as master, locust(there, "--worker", "--master-port", port) as worker:
        wait_for(lambda: len(server.journal()) > 6)
        master.send_signal(signal.SIGINT)
        assert worker.wait(DEADLINE_S) == 0, said(there)
        assert master.wait(DEADLINE_S) == 0, said(here)
    assert {record.id for record in records_of(here / "run")} == {entry["client_id"] for entry in server.journal()}
    assert not list(there.rglob("records*"))


def test_a_killed_worker_loses_what_it_had_in_flight_and_the_others_go_on(
    mock: Mock, tmp_path: Path, port: int
) -> None:
    server = mock(*SLOW)
    load = ("-u", 4, "-r", 50, "--think-time", 0, "--workload", "streaming", "--requests", 30, "--out", "run")
    with locust(tmp_path, "--headless", "--processes", 2, *own_port(port), "-H", server.url, *load) as process:
        wait_for(lambda: (tmp_path / "run" / "records-1.jsonl").exists() and len(records_of(tmp_path / "run")) > 4)
        victim = next(pid for pid in children_of(process.pid) if writes(pid, "records-1.jsonl"))
        os.kill(victim, signal.SIGKILL)
        process.wait(DEADLINE_S)
    seen = Counter(record.worker for record in records_of(tmp_path / "run"))
    assert seen["0"] == 15
    assert len(server.journal()) - seen.total() <= 2
    why_not = run_json(tmp_path / "run")["why_not"]
    assert len(why_not) == 1
    assert f"was lost after {seen['1']} records" in why_not[0]
    assert not summary_of(tmp_path / "run")["valid"]


def test_a_remote_worker_that_loses_its_master_keeps_its_records_and_says_where(
    mock: Mock, tmp_path: Path, port: int
) -> None:
    server, here, there = mock("--latency", "instant"), tmp_path / "here", tmp_path / "there"
    load = ("-H", server.url, "-u", 2, "-r", 50, "--think-time", 0.2, "--stop-timeout", 30)
    flags = ("--headless", "--master", "--master-bind-port", port, "--out", "/proc/self/cwd/run", *load)
    with locust(here, *flags) as master, locust(there, "--worker", "--master-port", port) as worker:
        wait_for((here / "run" / "records-0.jsonl").exists)
        master.kill()
        assert worker.wait(DEADLINE_S) == 3
    (spool,) = there.rglob("records-0.jsonl")
    assert f"they are in {spool}: copy it over RUN/records-0.jsonl" in said(there)
    kept = spool.read_bytes()
    assert kept.startswith((here / "run" / "records-0.jsonl").read_bytes())
    (here / "run" / "records-0.jsonl").write_bytes(kept)
    assert {record.id for record in records_of(here / "run")} == {entry["client_id"] for entry in server.journal()}


def test_a_worker_that_comes_late_takes_no_part(mock: Mock, tmp_path: Path, port: int) -> None:
    """The load has no end of its own: however long the late one takes to start, it finds the run going on."""
    server = mock("--latency", "instant", "--seed", "218")
    load = ("-H", server.url, "-u", 2, "-r", 50, "--think-time", 0.1, "--out", "run")
    with (
        locust(tmp_path, "--headless", "--master", "--master-bind-port", port, *load) as master,
        locust(tmp_path, "--worker", "--master-port", port, log="early"),
    ):
        wait_for((tmp_path / "run" / "records-0.jsonl").exists)
        with locust(tmp_path, "--worker", "--master-port", port, log="late") as late:
            wait_for(lambda: "came after the run had begun: it takes no part in it" in said(tmp_path))
            interrupt(master, "master")
            assert master.wait(DEADLINE_S) == 0
            assert late.wait(DEADLINE_S) == 0
    seen = records_of(tmp_path / "run")
    assert {record.worker for record in seen} == {"0"}
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}


def test_what_workers_cannot_share_is_refused_in_one_line(tmp_path: Path, port: int) -> None:
    url = "http://127.0.0.1:9"
    header = ("--header", "Authorization: Bearer secret-0123456789")
    for name, flags, refused in (
        ("users", ("--processes", 3, *own_port(port), "-u", 2, "--requests", 9), "--requests: 2 users cannot make"),
        ("header", ("--master", "--master-bind-port", port, *header), "--header: a master sends no requests; give its"),
        ("label", ("--master", "--master-bind-port", port, "--label", "a=b"), "--label: a master sends no requests;"),
        ("nolabel", ("--label", "eu"), "--label: 'eu' is not a label; write NAME=VALUE"),
    ):
        with locust(tmp_path / name, "--headless", "-H", url, *flags) as process:
            assert process.wait(DEADLINE_S) == 2
        (line,) = (line for line in said(tmp_path / name).splitlines() if "/ERROR/" in line)
        assert refused in line
        assert "Traceback" not in said(tmp_path / name)
        assert not (tmp_path / name / "runs").exists()


def test_a_worker_that_lacks_the_key_says_so_and_the_master_too(tmp_path: Path, port: int) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    flags = (
        "--headless",
        "--master",
        "--master-bind-port",
        port,
        "-H",
        "https://api.example.com",
        "--out",
        "run",
        "--max-requests",
        9,
    )
    with (
        locust(here, *flags, environ={"OPENAI_API_KEY": "sk-0123456789abcdef"}) as master,
        locust(there, "--worker", "--master-port", port) as worker,
    ):
        assert worker.wait(DEADLINE_S) == 2
        assert master.wait(DEADLINE_S) == 2
    assert "/ERROR/harness: OPENAI_API_KEY: not set" in said(there)
    assert "cannot take part: OPENAI_API_KEY: not set" in said(here)
    assert "0123456789abcdef" not in (here / "run" / "run.json").read_text() + said(here)


def test_a_header_is_known_to_the_processes_of_a_master_and_sent_to_no_other(tmp_path: Path, port: int) -> None:
    """Locust sends all its options to the workers, in clear."""
    (tmp_path / "telling.py").write_text(TELLING)
    with collecting() as server:
        flags = ("--processes", 2, *own_port(port), "-u", 2, "--requests", 2, "--think-time", 0, "--out", "run")
        header = ("--header", "X-Team: crew", "-f", "telling.py", *ANSWERED)
        with locust(tmp_path, "--headless", "-H", server.url, *flags, *header) as process:
            assert process.wait(DEADLINE_S) == 0, said(tmp_path)
    assert [head["x-team"] for head in server.heads] == ["crew"] * 2
    assert said(tmp_path).count("the options hold the header None") == 3


def interrupt(process: Process, whom: str) -> None:
    if whom == "group":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)


def children_of(pid: int) -> list[int]:
    """The processes that this one has forked."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def writes(pid: int, name: str) -> bool:
    """Whether this process has a file of this name open."""
    return any(link.resolve().name == name for link in Path(f"/proc/{pid}/fd").iterdir())
