"""What is held against a run because of those who measured."""

from pathlib import Path

import pytest

from harness.measure.watch import MockSecond, Watched
from harness.mock.control import MockControl, MockError
from harness.run.keeping_up import KeptUp, kept_up
from harness.run.proven import Proven, this_machine
from harness.run.settings import RunSettings

BUSY = Watched(seconds=20, late=0, busy=20, lag_max_ms=5.0, cpu=1.0)
FINE = Watched(seconds=20, late=0, busy=0, lag_max_ms=5.0, cpu=0.2)
LATE = MockSecond(at=101.0, pacing_max_ms=30.0, loop_lag_ms=1.0, cpu=0.2)


def found(parts: list[Watched], tmp_path: Path, *, at_once: int = 10, against_mock: bool = False) -> KeptUp:
    return kept_up(
        RunSettings(host="http://127.0.0.1:9", workload="basic"),
        parts,
        at_once=at_once,
        workers=1,
        began_at=100.0,
        environ={"XDG_CACHE_HOME": str(tmp_path)},
        against_mock=against_mock,
    )


def test_a_run_that_kept_up_has_nothing_held_against_it(tmp_path: Path) -> None:
    assert found([FINE], tmp_path) == KeptUp()


def test_a_busy_process_makes_it_invalid(tmp_path: Path) -> None:
    (why,) = found([BUSY], tmp_path).why_not
    assert why.startswith("the client was the bottleneck: ")


def test_more_at_once_than_was_proven_is_a_note(tmp_path: Path) -> None:
    Proven(10, this_machine(), "2026-01-02").keep({"XDG_CACHE_HOME": str(tmp_path)})
    assert found([FINE], tmp_path, at_once=10).notes == []
    (note,) = found([FINE], tmp_path, at_once=11).notes
    assert note.startswith("11 requests at once in one worker, but its measuring is proven for 10 streams only")


@pytest.mark.parametrize(("seconds", "invalid"), [([LATE] * 20, True), ([LATE] * 3, False)])
def test_a_mock_that_was_late_is_held_against_it_or_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: list[MockSecond], invalid: bool
) -> None:
    monkeypatch.setattr(MockControl, "health", lambda _, since_at: seconds if since_at == 100.0 else [])
    kept = found([FINE], tmp_path, against_mock=True)
    assert (len(kept.why_not), len(kept.notes)) == ((1, 0) if invalid else (0, 1))
    assert kept.mock_seconds == seconds
    assert "streams were played up to 30 ms late" in (*kept.why_not, *kept.notes)[0]


def test_a_server_that_tells_nothing_of_itself_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_: MockControl, since_at: float) -> list[MockSecond]:
        raise MockError(f"nobody there since {since_at:g}")

    monkeypatch.setattr(MockControl, "health", silent)
    assert found([FINE], tmp_path, against_mock=True).notes == [
        "whether the server kept up is not known: nobody there since 100"
    ]
