"""The phases of a run's mock: while it goes on, and afterwards."""

import threading

import pytest

from harness.measure.phases import Phase
from harness.mock.control import MockControl, MockError
from harness.run.phase_watch import PhaseWatch
from harness.run.phases import phases_of

MOCK = MockControl.at("http://127.0.0.1:9", {})


def test_the_phases_of_a_run_are_those_between_its_begin_and_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    phases = [Phase("before", 0.0, 1.0), Phase("calm", 1.0, 3.0), Phase("storm", 3.0)]
    monkeypatch.setattr(MockControl, "phases", lambda _: phases)
    assert phases_of(MOCK, 2.0, 9.0) == phases[1:]
    assert phases_of(MOCK, 0.5, 3.0) == phases[:2]


def test_a_mock_that_does_not_answer_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_: MockControl) -> list[Phase]:
        raise MockError("gone")

    monkeypatch.setattr(MockControl, "phases", silent)
    assert phases_of(MOCK, 0.0, 9.0) == []


def test_the_watch_shows_what_the_mock_said_last_and_nothing_once_it_is_gone() -> None:
    said, gone = ["calm", "storm"], threading.Event()
    seen: list[str | None] = []

    def ask() -> str:
        seen.append(watch.now)
        if not said:
            if len(seen) > 3:
                gone.set()
            raise MockError("gone")
        return said.pop(0)

    watch = PhaseWatch(ask, every_s=0.0)
    with watch:
        assert gone.wait(10)
    assert seen[:4] == [None, "calm", "storm", None]


def test_a_mock_that_is_closed_to_us_is_asked_once() -> None:
    asked: list[bool] = []

    def closed() -> str:
        asked.append(True)
        raise MockError("wants its token")

    with PhaseWatch(closed, every_s=0.0) as watch:
        watch.thread.join(10)
    assert asked == [True]


def test_the_watch_waits_for_nobody() -> None:
    answer, asked = threading.Event(), threading.Event()

    def slow() -> str:
        asked.set()
        answer.wait(30)
        return "late"

    with PhaseWatch(slow) as watch:
        assert asked.wait(10)
        assert watch.now is None
    assert not answer.is_set(), "the block has ended though the mock has not answered"
    answer.set()
