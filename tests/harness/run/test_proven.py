"""What is kept of a verification."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.run.proven import Proven, place, this_machine

PROVEN = Proven(400, this_machine(), "2026-01-02")


def test_what_was_proven_here_is_known_later(tmp_path: Path) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert Proven.read(environ) is None
    assert PROVEN.keep(environ) == place(environ)
    assert Proven.read(environ) == PROVEN


@pytest.mark.parametrize(
    "kept", [b"", b"[]", b'{"streams": "many"}', b'{"streams": 1, "machine": "another", "on": "x"}']
)
def test_what_is_broken_or_of_another_machine_is_not_known(tmp_path: Path, kept: bytes) -> None:
    environ = {"XDG_CACHE_HOME": str(tmp_path)}
    place(environ).parent.mkdir()
    place(environ).write_bytes(kept)
    assert Proven.read(environ) is None


def test_a_place_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert PROVEN.keep({"XDG_CACHE_HOME": str(tmp_path / "file")}) is None


@pytest.mark.parametrize(("users", "workers", "enough"), [(400, 1, None), (800, 2, None), (401, 1, 2), (1900, 3, 5)])
def test_a_run_beyond_it_is_told_how_many_workers_would_do(users: int, workers: int, enough: int | None) -> None:
    said = PROVEN.warning(users, workers)
    assert (said is None) == (enough is None)
    assert enough is None or f"--processes {enough} would do" in (said or "")


def test_the_place_is_in_the_home_where_no_cache_is_named() -> None:
    assert place({"HOME": "/home/ann"}) == Path("/home/ann/.cache/dummyload/proven.json")
    assert replace(PROVEN, streams=1).warning(1, 1) is None
