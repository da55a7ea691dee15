"""What became of attempts, phase by phase."""

import pytest

from harness.measure.phases import Phase, PhaseFold, during
from profiles.record import Outcome, Record

PHASES = [Phase("calm", 100.0, 110.0), Phase("storm", 110.0, 115.0), Phase("calm", 115.0)]


def record(sent_at: float | None, outcome: Outcome = "complete") -> Record:
    return Record(
        id="c.1",
        attempt=1,
        class_="a",
        model="m",
        stream=True,
        intended_at=90.0,
        sent_at=sent_at,
        done_ms=1000.0,
        outcome=outcome,
    )


def test_an_attempt_belongs_to_the_phase_in_which_it_was_sent() -> None:
    fold = PhaseFold(PHASES)
    for sent_at in (99.0, 100.0, 109.999, 110.0, 115.0, 119.0, None):
        fold.add(record(sent_at, "complete" if sent_at != 110.0 else "server_error"))
    calm, storm = fold.figures()
    assert (calm.name, calm.section.requests.by_outcome) == ("calm", {"complete": 4})
    assert (storm.name, storm.section.requests.by_outcome) == ("storm", {"server_error": 1})


def test_a_phase_is_as_long_as_it_was_on_between_the_first_sending_and_the_last_end() -> None:
    fold = PhaseFold(PHASES)
    fold.add(record(104.0))
    fold.add(record(119.0))
    assert [(phase.name, phase.section.window_s) for phase in fold.figures()] == [("calm", 6.0 + 5.0), ("storm", 5.0)]


def test_after_the_end_of_a_script_an_attempt_belongs_to_no_phase() -> None:
    fold = PhaseFold(PHASES[:2])
    for sent_at in (114.0, 115.0, 120.0):
        fold.add(record(sent_at))
    (storm,) = fold.figures()
    assert (storm.name, storm.section.requests.total) == ("storm", 1)


def test_a_phase_that_was_not_on_meanwhile_is_left_out() -> None:
    fold = PhaseFold(PHASES)
    fold.add(record(101.0))
    assert [phase.name for phase in fold.figures()] == ["calm"]
    assert PhaseFold(PHASES).figures() == ()


@pytest.mark.parametrize(
    ("from_at", "to_at", "names"),
    [(90.0, 99.0, []), (90.0, 101.0, ["calm"]), (112.0, 113.0, ["storm"]), (100.0, 200.0, ["calm", "storm", "calm"])],
)
def test_phases_of_a_time_are_those_that_overlap_it(from_at: float, to_at: float, names: list[str]) -> None:
    assert [phase.name for phase in during(PHASES, from_at, to_at)] == names


def test_a_phase_comes_through_json() -> None:
    assert Phase.from_dict({"name": "calm", "started_at": 1}) == Phase("calm", 1.0)
    assert [Phase.from_dict(phase.to_dict()) for phase in PHASES] == PHASES


@pytest.mark.parametrize("table", [{}, {"name": "calm"}, {"name": "calm", "started_at": None}, "calm"])
def test_what_is_no_phase_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a phase"):
        Phase.from_dict(table)
