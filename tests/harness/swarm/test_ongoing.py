"""The run that is going on in a process."""

from pathlib import Path

import gevent
import pytest
from gevent.monkey import get_original

from harness.run.settings import RunSettings, SettingError
from harness.swarm import ongoing
from harness.swarm.ongoing import Origin, begin


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
    run.recorder.close()
    others.join()
    assert came == [True]
