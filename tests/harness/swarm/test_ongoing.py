"""The run that is going on in a process."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.monkey import get_original

from harness.client.retry import plan_of
from harness.client.timeouts import Timeouts
from harness.run.settings import RunSettings, SettingError
from harness.swarm import ongoing
from harness.swarm.ongoing import OngoingRun, Origin, begin
from harness.swarm.purse import Leased, Unlimited
from harness.workload import Workload
from profiles.record import Record

TABLE = """
[run]
retry = "immediate"
timeouts = { idle_s = 5, total_s = 50 }
[[class]]
name = "a"
model = "gpt-4o-mini"
prompts = ["x"]
"""


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Callable[..., OngoingRun]]:
    """Begins a run of TABLE with these flags."""
    runs: list[OngoingRun] = []

    def begun(**flags: Any) -> OngoingRun:
        run = begin(
            settings=RunSettings(host="http://127.0.0.1:1", workload="mine", **flags),
            demand=None,
            workload=Workload.parse(TABLE, name="mine"),
            records=tmp_path / f"records-{len(runs)}.jsonl",
            origin=Origin(run="r"),
            environ={},
            when_spent=lambda: None,
            when_unwritable=lambda _: None,
        )
        runs.append(run)
        return run

    yield begun
    for run in runs:
        run.close()


def test_timeouts_are_by_flag_then_by_class_then_by_the_run_table_then_as_usual(
    begun: Callable[..., OngoingRun],
) -> None:
    run = begun(timeouts={"idle_s": 1.0})
    assert run.timeouts_of({}) == Timeouts(idle_s=1, total_s=50)
    assert run.timeouts_of({"idle_s": 3, "total_s": 30, "connect_s": 2}) == Timeouts(2, 60, 1, 30)


def test_a_policy_is_by_flag_then_by_class_then_by_the_run_table(begun: Callable[..., OngoingRun]) -> None:
    own = plan_of("fixed")
    assert begun().retry_of(None) == plan_of("immediate")
    assert begun().retry_of(own) == own
    assert begun(retry="backoff").retry_of(own) == plan_of("backoff")


def test_records_that_have_no_place_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "not there" / "records.jsonl"
    with pytest.raises(SettingError) as refused:
        begin(
            settings=RunSettings(host="http://127.0.0.1:1", workload=None),
            demand=None,
            workload=None,
            records=path,
            origin=Origin(run="r"),
            environ={},
            when_spent=lambda: None,
            when_unwritable=lambda _: None,
        )
    assert str(refused.value) == f"--out: {path} cannot be written (No such file or directory); name another folder"


def test_a_worker_goes_on_sending_heartbeats_while_tokenizers_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locust takes a worker for lost that is silent for four to five seconds."""
    heartbeat = get_original("_thread", "allocate_lock")()
    heartbeat.acquire()
    came: list[bool] = []
    monkeypatch.setattr(ongoing, "encoding", lambda _: came.append(heartbeat.acquire(timeout=5)))
    others = gevent.spawn(heartbeat.release)
    run = begin(
        settings=RunSettings(host="http://127.0.0.1:1", workload=None),
        demand=None,
        workload=None,
        records=tmp_path / "records.jsonl",
        origin=Origin(run="r"),
        environ={},
        when_spent=lambda: None,
        when_unwritable=lambda _: None,
    )
    run.close()
    others.join()
    assert came == [True]


def refused(status: int) -> Record:
    return Record(
        id="c.1",
        attempt=1,
        class_="a",
        model="gpt-4o-mini",
        stream=False,
        intended_at=0.0,
        outcome="client_error",
        status=status,
    )


def test_a_real_api_that_refuses_for_good_is_asked_no_more_and_a_mock_is(begun: Callable[..., OngoingRun]) -> None:
    for target, status, stops in (("real", 401, 1), ("real", 400, 0), ("mock", 401, 0)):
        told: list[str] = []
        run = begun(target=target)
        run.when_stopped = told.append
        for _ in range(3):
            run.keep(refused(status))
        assert len(told) == stops, (target, status)
        assert run.draining.is_set() == bool(stops)


def test_only_a_run_with_caps_counts_what_it_spends(begun: Callable[..., OngoingRun]) -> None:
    assert isinstance(begun().purse, Unlimited)
    assert isinstance(begun(max_requests=4).purse, Leased)
