from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.faults.script import Course, Phase, Script, Stay

SCRIPT = Script((Phase("normal", 60), Phase("outage", 30), Phase("recovery", 10)))
TWICE = Script(SCRIPT.phases, 2)
FOR_EVER = Script(SCRIPT.phases, None)


def where(script: Script, elapsed_s: float) -> tuple[str, float] | None:
    place = script.at(elapsed_s)
    return None if place is None else (script.phases[place.number].name, round(place.progress, 3))


@pytest.mark.parametrize(
    ("script", "elapsed_s", "place"),
    [
        (SCRIPT, 0, ("normal", 0)),
        (SCRIPT, 59.9, ("normal", 0.998)),
        (SCRIPT, 60, ("outage", 0)),
        (SCRIPT, 75, ("outage", 0.5)),
        (SCRIPT, 95, ("recovery", 0.5)),
        (SCRIPT, 100, None),
        (SCRIPT, -1, None),
        (TWICE, 100, ("normal", 0)),
        (TWICE, 175, ("outage", 0.5)),
        (TWICE, 200, None),
        (FOR_EVER, 100_075, ("outage", 0.5)),
        (Script(()), 0, None),
    ],
)
def test_where_a_script_is(script: Script, elapsed_s: float, place: tuple[str, float] | None) -> None:
    assert where(script, elapsed_s) == place


def told(course: Course, now: float) -> list[tuple[str, float, float | None]]:
    return [(stay.name, stay.started_at, stay.ended_at) for stay in course.history(now)]


def test_a_course_tells_what_was_and_what_is() -> None:
    course = Course(SCRIPT, since=1_000)
    assert told(course, 1_000) == [("normal", 1_000, None)]
    assert told(course, 1_075) == [("normal", 1_000, 1_060), ("outage", 1_060, None)]
    assert told(course, 5_000) == [("normal", 1_000, 1_060), ("outage", 1_060, 1_090), ("recovery", 1_090, 1_100)]
    assert [course.name(now) for now in (1_000, 1_075, 5_000)] == ["normal", "outage", None]


def test_a_jump_begins_a_phase_now() -> None:
    course = Course(SCRIPT, since=0).jumped("outage", 20)
    assert course.name(20) == "outage"
    assert told(course, 55) == [("normal", 0, 20), ("outage", 20, 50), ("recovery", 50, None)]
    with pytest.raises(KeyError):
        course.jumped("nope", 21)


def test_time_stops_and_goes_on() -> None:
    stopped = Course(SCRIPT, since=0).stopped(50, paused=True)
    assert stopped.name(5_000) == "normal"
    going = stopped.stopped(150, paused=False)
    assert told(going, 170) == [("normal", 0, 160), ("outage", 160, None)]


def test_a_restart_begins_anew() -> None:
    course = Course(SCRIPT, since=0).restarted(75)
    assert told(course, 80) == [("normal", 0, 60), ("outage", 60, 75), ("normal", 75, None)]


def test_a_history_is_bounded() -> None:
    stays = Course(FOR_EVER, since=0).history(10**6)
    assert len(stays) == 1_000
    assert stays[-1].ended_at is None


@given(
    times=st.sampled_from([1, 3, None]),
    turns=st.lists(st.tuples(st.floats(0, 80), st.sampled_from(["jump", "pause", "resume", "restart"])), max_size=8),
    after_s=st.floats(0, 200),
)
def test_a_history_has_no_holes_and_ends_where_the_course_is(
    times: int | None, turns: list[tuple[float, str]], after_s: float
) -> None:
    course, now = Course(Script(SCRIPT.phases, times), since=0.0), 0.0
    for gap_s, turn in turns:
        now += gap_s
        match turn:
            case "jump":
                course = course.jumped("outage", now)
            case "restart":
                course = course.restarted(now)
            case _:
                course = course.stopped(now, paused=turn == "pause")
    now += after_s
    stays: list[Stay] = list(course.history(now))
    for earlier, later in pairwise(stays):
        assert earlier.ended_at is not None
        assert earlier.ended_at <= later.started_at
    last = stays[-1].name if stays and stays[-1].ended_at is None else None
    assert course.name(now) == last or abs((stays[-1].ended_at or now) - now) < 1e-6 or last is not None
