"""Runs of several processes: what they ask together, and what becomes of their records however they end."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from profiles.record import Record
from tests.e2e.collector import collecting
from tests.e2e.results import assert_summary_is_the_fold_of_the_records, records_of, summary_of
from tests.e2e.runs import DEADLINE_S, processes_of, running, wait_for
from tests.ports import held_port

Mock: TypeAlias = Callable[..., Any]
Command: TypeAlias = Callable[..., Any]

SLOW = ("--latency", "constant", "--ttft-ms", "400", "--itl-ms", "1", "--reply-tokens", "fill")
STUCK = ("--latency", "constant", "--ttft-ms", "3600000", "--itl-ms", "0", "--reply-tokens", "fill")


@pytest.fixture
def port() -> Iterator[int]:
    """A port that nobody else has."""
    with held_port() as number:
        yield number


def asked(records: list[Record]) -> Counter[tuple[Any, ...]]:
    """What was asked and answered, whoever did it."""
    return Counter((r.class_, r.session, r.turn, r.model, r.stream, r.outcome, str(r.tokens)) for r in records)


def test_four_processes_ask_what_one_asks(command: Command, tmp_path: Path) -> None:
    bodies = []
    for processes in (1, 4):
        with collecting() as server:
            flags = ("-u", 8, "-r", 100, "-n", 40, "--seed", 7, "--think-time", 0, "--processes", processes)
            done = command("harness", "run", "streaming", "-H", server.url, *flags, "--out", f"of-{processes}")
            assert (done.code, done.err) == (0, "")
            bodies.append(server.bodies)
    assert bodies[0] == bodies[1]
    assert bodies[0].total() == 40
    one, four = (records_of(tmp_path / f"of-{processes}") for processes in (1, 4))
    assert asked(one) == asked(four)
    assert Counter(record.worker for record in four) == {"0": 10, "1": 10, "2": 10, "3": 10}
    assert {record.worker for record in one} == {None}


def test_the_summary_of_four_processes_is_the_fold_of_their_records(
    mock: Mock, command: Command, tmp_path: Path
) -> None:
    server, run = mock("--latency", "constant", "--ttft-ms", "20", "--itl-ms", "1"), tmp_path / "run"
    flags = ("-u", 8, "-r", 100, "-n", 40, "--think-time", 0, "--processes", 4, "--label", "region=eu")
    done = command("harness", "run", "mixed", "-H", server.url, *flags, "--out", "run", "--", "--csv", "stats")
    assert (done.code, done.err) == (0, "")
    assert {record.id for record in records_of(run)} == {entry["client_id"] for entry in server.journal()}
    summary = summary_of(run)
    assert summary["requests"]["logical"] == 40
    assert summary["valid"]
    assert summary["tokens"]["completion"] == sum(entry["sent_tokens"] for entry in server.journal())
    assert summary["itl_ms"]["n"] > 0
    assert summary["labels"]["region=eu"]["requests"] == summary["requests"]
    assert_summary_is_the_fold_of_the_records(run)
    assert "region=eu" in done.out
    assert " · 4 workers · " in done.out
    assert not (run / "records.jsonl").exists()
    assert (tmp_path / "stats_stats.csv").exists(), "flags after -- reach Locust"
    again = command("harness", "report", "run")
    shown = [line for line in done.out.splitlines() if not line.startswith("report: ")]
    assert again.out.splitlines()[-12:] == shown[-12:]
    assert processes_of(run) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_swarm_records_all_that_was_sent(mock: Mock, tmp_path: Path, number: signal.Signals) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    with running(server.url, run, "--processes", "3", "-u", "6") as harness:
        wait_for(lambda: len(server.journal()) > 8)
        harness.send_signal(number)
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 130
    assert "stopping" in out
    seen = records_of(run)
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert {record.outcome for record in seen} == {"complete"}
    assert {record.worker for record in seen} == {"0", "1", "2"}
    assert_summary_is_the_fold_of_the_records(run)
    assert summary_of(run)["why_not"] == []
    assert processes_of(run) == []


def test_what_a_swarm_cannot_finish_in_time_is_recorded_as_cancelled(mock: Mock, tmp_path: Path) -> None:
    server, run = mock(*STUCK), tmp_path / "run"
    with running(server.url, run, "--processes", "3", "-u", "6", "--stop-timeout", "1s") as harness:
        wait_for(lambda: len(server.journal()) == 6)
        harness.send_signal(signal.SIGINT)
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 130, out
    seen = records_of(run)
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert [record.outcome for record in seen] == ["cancelled"] * 6


def test_a_second_interrupt_ends_every_process_at_once(mock: Mock, tmp_path: Path) -> None:
    server, run = mock(*STUCK), tmp_path / "run"
    with running(server.url, run, "--processes", "3", "--stop-timeout", "1h") as harness:
        assert harness.stdout is not None
        wait_for(lambda: len(server.journal()) == 4)
        harness.send_signal(signal.SIGINT)
        next(line for line in harness.stdout if "stopping" in line)
        harness.send_signal(signal.SIGINT)
        harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 130
    assert processes_of(run) == []
    told = summary_of(run)["why_not"]
    assert sum("had finished: what they had in flight is not recorded" in why for why in told) >= 1, told


def test_a_swarm_ends_when_the_parent_is_killed(mock: Mock, tmp_path: Path) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    with running(server.url, run, "--processes", "2") as harness:
        wait_for(lambda: len(server.journal()) > 4)
        harness.kill()
        wait_for(lambda: processes_of(run) == [])
    assert {record.id for record in records_of(run)} == {entry["client_id"] for entry in server.journal()}


def test_a_killed_worker_is_named_with_what_it_recorded_and_the_others_go_on(mock: Mock, tmp_path: Path) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    with running(server.url, run, "--processes", "3", "-u", "6", "-t", "8s") as harness:
        wait_for(lambda: [path for path in run.glob("records-*.jsonl") if path.stat().st_size][2:])
        victim = worker_processes(run)[0]
        os.kill(victim, signal.SIGKILL)
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 3, out
    (why,) = summary_of(run)["why_not"]
    number = next(word for word in why.split() if word.isdigit())
    counts = Counter(record.worker for record in records_of(run))
    assert why == (
        f"worker {number} (process {victim}) was killed by SIGKILL after {counts[number]} records; "
        "what it had in flight is not in them"
    )
    assert f"not a valid run: {why}" in out
    ids = {record.id for record in records_of(run)}
    lost = [entry for entry in server.journal() if entry["client_id"] not in ids]
    assert len(lost) <= 2, "what the two users of the killed worker had in flight"
    assert counts.total() > counts[number] * 3, "the others went on"
    assert_summary_is_the_fold_of_the_records(run)


def test_a_worker_that_was_silent_for_a_while_is_not_lost(mock: Mock, tmp_path: Path) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    with running(server.url, run, "--processes", "2", "-u", "4", "-t", "20s") as harness:
        wait_for(lambda: [path for path in run.glob("records-*.jsonl") if path.stat().st_size][1:])
        sleeper = worker_processes(run)[0]
        os.kill(sleeper, signal.SIGSTOP)
        try:
            wait_for(lambda: "is lost" in (run / "locust.log").read_text())
        finally:
            os.kill(sleeper, signal.SIGCONT)
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 0, out
    assert {record.id for record in records_of(run)} == {entry["client_id"] for entry in server.journal()}


def test_as_many_processes_as_one_likes_start_together(command: Command) -> None:
    with collecting() as server:
        flags = ("-u", 8, "-r", 100, "-n", 24, "--think-time", 0, "--processes", 8)
        done = command("harness", "run", "streaming", "-H", server.url, *flags)
    assert (done.code, done.err) == (0, "")
    assert server.bodies.total() == 24


def test_a_mistake_in_locusts_flags_is_told_as_locust_tells_it(command: Command) -> None:
    with collecting() as server:
        done = command("harness", "run", "streaming", "-H", server.url, "-n", 4, "--", "--loglevel", "BANANA")
    assert done.code == 2
    assert done.err.startswith("harness: flags after --: argument --loglevel/-L: invalid choice: 'BANANA'")


def test_workers_drain_when_the_master_process_is_killed(mock: Mock, tmp_path: Path) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    with running(server.url, run, "--processes", "2") as harness:
        wait_for(lambda: len(server.journal()) > 4)
        (master,) = (pid for pid in processes_of(run) if "--master-bind-port=0" in command_line(pid))
        os.kill(master, signal.SIGKILL)
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 3, out
    assert summary_of(run)["why_not"] == ["the master process was killed by SIGKILL: nobody led the workers any more"]
    seen = records_of(run)
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert {record.outcome for record in seen} == {"complete"}


@pytest.mark.parametrize("processes", [1, 2])
def test_the_web_ui_is_there_while_the_run_goes_on_and_ends_with_it(
    mock: Mock, tmp_path: Path, port: int, processes: int
) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    flags = ("--web-ui", "--web-port", str(port), "--processes", str(processes), "-t", "4s")
    with running(server.url, run, *flags) as harness:
        wait_for(lambda: len(server.journal()) > 2)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats/requests") as page:
            assert json.load(page)["user_count"] >= 0
        out, _ = harness.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 0, out
    assert f"web UI: http://127.0.0.1:{port}" in out
    assert {record.id for record in records_of(run)} == {entry["client_id"] for entry in server.journal()}
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def worker_processes(run: Path) -> list[int]:
    """The Locust workers of a run folder."""
    return [pid for pid in processes_of(run) if "--worker" in command_line(pid)]


def command_line(pid: int) -> str:
    return subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
