"""The run that is going on in a process."""

from pathlib import Path

import pytest

from harness.run.settings import RunSettings, SettingError
from harness.swarm.ongoing import Origin, begin


def test_records_that_have_no_place_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "not there" / "records.jsonl"
    with pytest.raises(SettingError) as refused:
        begin(
            settings=RunSettings(host="http://127.0.0.1:1", workload=None),
            workload=None,
            records=path,
            origin=Origin(run="r"),
            environ={},
            when_spent=lambda: None,
            when_unwritable=lambda _: None,
        )
    assert str(refused.value) == f"--out: {path} cannot be written (No such file or directory); name another folder"
