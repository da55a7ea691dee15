"""One run as its master sees it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.load.fed import Fed
from harness.load.trace import Row
from harness.measure.watch import Watched
from harness.run.folder import RunFolder
from harness.swarm.gathering import Gathering
from harness.workload import Workload

EU, US = "eu_aaaa1111", "us_bbbb2222"
LINE = b'{"v":1}\n'


class Told(list[dict[str, Any]]):
    """What the parent was told."""

    def say(self, line: Any) -> None:
        self.append(dict(line))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def run(tmp_path: Path, told: Told) -> Iterator[Gathering]:
    gathering = Gathering("r1", RunFolder(tmp_path), [EU, US], told.say)
    yield gathering
    gathering.close()


def test_every_worker_is_told_its_number_and_the_text_of_the_workload(run: Gathering, tmp_path: Path) -> None:
    workload = Workload.load("basic", seed=1)
    parts = dict(run.assignments(workload))
    assert [(name, part.worker, part.workers) for name, part in parts.items()] == [(EU, 0, 2), (US, 1, 2)]
    assert parts[US].folder == str(tmp_path)
    assert Workload.parse(parts[US].workload_text or "", name="basic", seed=1).session(3) == workload.session(3)
    assert [part.workload for _, part in run.assignments(None)] == [None, None]


def test_every_worker_is_sent_the_files_that_the_workload_names(run: Gathering, tmp_path: Path) -> None:
    (tmp_path / "asked.jsonl").write_text('{"prompt": "One?"}')
    (tmp_path / "mine.toml").write_text("[[class]]\nname = 'a'\nmodel = 'm'\nprompts_from = 'asked.jsonl'")
    workload = Workload.load(str(tmp_path / "mine.toml"))
    files = [part.workload_files for _, part in run.assignments(workload)]
    assert files == [{"asked.jsonl": '{"prompt": "One?"}'}] * 2
    assert [part.workload_files for _, part in run.assignments(None)] == [{}, {}]


def test_every_worker_is_told_the_requests_of_a_trace(run: Gathering) -> None:
    rows = [Row(0.0, 10, 5), Row(1.5)]
    assert [part.rows for _, part in run.assignments(None, rows)] == [[(0.0, 10, 5), (1.5, None, None)]] * 2
    assert [part.rows for _, part in run.assignments(None)] == [None, None]


def test_what_became_of_an_open_load_is_told_and_comes_together(run: Gathering, told: Told) -> None:
    assert run.fed is None
    part = Fed(users=3, due=10, waited=0, longest_wait_s=0.0, unsent=0, needed=2)
    for member in run.roster:
        run.done(member, 0, KEPT_UP, part)
    assert [line for line in told if line["event"] == "fed"] == [{"event": "fed", **part.to_dict()}] * 2
    assert run.fed == Fed(users=6, due=20, waited=0, longest_wait_s=0.0, unsent=0, needed=4)


def test_messages_of_others_and_of_other_runs_are_not_heard(run: Gathering) -> None:
    assert run.heard("late_cccc", {"run": "r1"}) is None
    assert run.heard(EU, {"run": "r0"}) is None
    heard = run.heard(EU, {"run": "r1"})
    assert heard is not None
    assert heard.worker == 0
    run.close()
    assert run.heard(EU, {"run": "r1"}) is None


KEPT_UP = Watched(seconds=20, late=0, busy=0, lag_max_ms=1.0, cpu=0.2)


def test_records_are_appended_in_the_worker_s_file(run: Gathering, tmp_path: Path) -> None:
    member = run.heard(US, {"run": "r1"})
    assert member is not None
    assert run.keep(member, 0, LINE) == 8
    assert run.keep(member, 20, LINE) == 8
    assert run.keep(member, 4, LINE[4:] + LINE) == 16
    assert (tmp_path / "records-1.jsonl").read_bytes() == LINE * 2


def test_who_is_done_has_delivered_unless_the_folder_says_otherwise(run: Gathering, told: Told) -> None:
    eu, us = run.roster
    for member in (eu, us):
        run.keep(member, 0, LINE * 3)
    run.done(eu, 3, KEPT_UP)
    run.done(us, 5, KEPT_UP)
    run.done(us, 5, KEPT_UP)
    assert told == [
        {"event": "gone", "worker": 0, "name": "eu_aaaa", "why": "done", "records": 3, "missing": 0},
        {"event": "watched", **KEPT_UP.to_dict()},
        {"event": "gone", "worker": 1, "name": "us_bbbb", "why": "done", "records": 3, "missing": 2},
        {"event": "watched", **KEPT_UP.to_dict()},
    ]
    assert run.losses() == ["2 of the 5 records of worker 1 (us_bbbb) are missing"]


def test_who_is_lost_may_come_back(run: Gathering, told: Told) -> None:
    eu, us = run.roster
    run.joined(eu, {"region": "eu"})
    assert run.miss([US]) == [eu]
    assert run.miss([US]) == []
    assert run.losses() == ["worker 0 (eu_aaaa) was lost after 0 records; what it had in flight is not in them"]
    assert run.heard(EU, {"run": "r1"}) is eu
    assert run.losses() == []
    assert [line["event"] for line in told] == ["joined", "gone", "joined"]
    assert told[-1] == {"event": "joined", "worker": 0, "name": "eu_aaaa", "labels": {"region": "eu"}}
    assert us.gone is None


def test_a_loss_counts_what_has_come_since(run: Gathering) -> None:
    eu, _ = run.roster
    run.miss([US])
    run.keep(eu, 0, LINE * 2)
    assert "lost after 2 records" in run.losses()[0]


def test_a_share_that_is_spent_is_told(run: Gathering, told: Told) -> None:
    eu, _ = run.roster
    run.spent(eu)
    assert eu.spent
    assert told == [{"event": "spent", "worker": 0}]
