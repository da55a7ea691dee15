"""Runs led from here, with workers that cannot write into the run folder, as those of other machines."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy
from typing import Any, TypeAlias

import pytest

from profiles.record import Record
from tests.e2e.results import assert_summary_is_the_fold_of_the_records, records_of, summary_of
from tests.e2e.runs import DEADLINE_S, joining, processes_of, running, wait_for
from tests.ports import held_port

Mock: TypeAlias = Callable[..., Any]

SLOW = ("--latency", "constant", "--ttft-ms", "400", "--itl-ms", "1", "--reply-tokens", "fill")


@pytest.fixture
def port() -> Iterator[int]:
    """A port that nobody else has."""
    with held_port() as number:
        yield number


def test_the_records_of_other_machines_reach_the_master_with_their_labels(
    mock: Mock, tmp_path: Path, port: int
) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    with (
        joining(port, tmp_path / "eu", run, "--label", "region=eu") as eu,
        joining(port, tmp_path / "us", run, "--label", "region=us", "--processes", "2") as us,
        running(
            *(server.url, run, "--master", "--bind", f"127.0.0.1:{port}", "--expect-workers", "3"),
            *("-u", "6", "-n", "30"),
        ) as harness,
    ):
        out, _ = harness.communicate(timeout=DEADLINE_S)
        told = [worker.communicate(timeout=DEADLINE_S)[0] for worker in (eu, us)]
    assert harness.returncode == 0, out
    assert [worker.returncode for worker in (eu, us)] == [0, 0], told
    assert "waiting for 3 workers at 127.0.0.1" in out
    assert out.count("takes part") == 3
    seen = records_of(run)
    assert {record.id for record in seen} == {entry["client_id"] for entry in server.journal()}
    assert len(seen) == 30
    labels = summary_of(run)["labels"]
    assert {name: section["requests"]["total"] for name, section in labels.items()} == {
        "region=eu": 10,
        "region=us": 20,
    }
    assert_summary_is_the_fold_of_the_records(run)
    assert [
        next(line for line in out.splitlines() if f"region={name}" in line and "takes" not in line)
        for name in ("eu", "us")
    ]
    assert not list(tmp_path.glob("*/spool-*")), "what was delivered is kept once"


def test_a_worker_whose_master_is_lost_keeps_its_records_and_says_where(mock: Mock, tmp_path: Path, port: int) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    with (
        joining(port, tmp_path / "far", run) as worker,
        running(server.url, run, "--master", "--bind", f"127.0.0.1:{port}", "--expect-workers", "1") as harness,
    ):
        wait_for(lambda: list((tmp_path / "far").glob("spool-*/records-0.jsonl")))
        wait_for(lambda: len(server.journal()) > 8)
        for pid in processes_of(run):
            os.kill(pid, signal.SIGKILL)
        out, _ = worker.communicate(timeout=DEADLINE_S)
        harness.wait()
    assert worker.returncode == 3, out
    assert f"the master at 127.0.0.1:{port} was lost" in out
    (spool,) = (tmp_path / "far").glob("spool-*/records-0.jsonl")
    assert str(spool) in out
    kept = [Record.from_json(line) for line in spool.read_bytes().splitlines()]
    assert {record.id for record in kept} == {entry["client_id"] for entry in server.journal()}
    copy(spool, run)
    assert records_of(run) == kept


def test_a_remote_worker_that_is_killed_is_named_by_the_master(mock: Mock, tmp_path: Path, port: int) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    with (
        joining(port, tmp_path / "eu", run, "--label", "region=eu") as eu,
        joining(port, tmp_path / "us", run, "--label", "region=us") as us,
        running(
            *(server.url, run, "--master", "--bind", f"127.0.0.1:{port}", "--expect-workers", "2", "-t", "10s"),
        ) as harness,
    ):
        wait_for(lambda: [path for path in run.glob("records-*.jsonl") if path.stat().st_size][1:])
        eu.kill()
        for pid in processes_of(tmp_path / "eu"):
            os.kill(pid, signal.SIGKILL)
        out, _ = harness.communicate(timeout=DEADLINE_S)
        us.communicate(timeout=DEADLINE_S)
    assert harness.returncode == 3, out
    (why,) = summary_of(run)["why_not"]
    assert why.startswith("worker ")
    assert "region=eu) was lost after " in why
    assert us.returncode == 0


def test_a_worker_that_is_interrupted_leaves_with_all_its_records(mock: Mock, tmp_path: Path, port: int) -> None:
    server, run = mock(*SLOW), tmp_path / "run"
    with (
        joining(port, tmp_path / "eu", run) as eu,
        joining(port, tmp_path / "us", run) as us,
        running(
            *(server.url, run, "--master", "--bind", f"127.0.0.1:{port}", "--expect-workers", "2", "-n", "60"),
        ) as harness,
    ):
        wait_for(lambda: len(server.journal()) > 8)
        eu.send_signal(signal.SIGINT)
        told, _ = eu.communicate(timeout=DEADLINE_S)
        out, _ = harness.communicate(timeout=DEADLINE_S)
        us.communicate(timeout=DEADLINE_S)
    assert eu.returncode == 130, told
    assert us.returncode == 0
    assert "stopping" in told
    assert {record.id for record in records_of(run)} == {entry["client_id"] for entry in server.journal()}
    assert harness.returncode == 0, out
