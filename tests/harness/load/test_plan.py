"""Levels over time."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.load.grammar import plan_of
from harness.load.plan import Plan, chained

LINES = st.lists(st.tuples(st.floats(0.5, 500), st.floats(0, 200), st.floats(0, 200)), min_size=1, max_size=6).filter(
    lambda lines: max(max(begin, end) for _, begin, end in lines) > 0.01
)
PLANS = LINES.map(chained)
RAMP = plan_of("0-60s: 1->20, 60-120s: 20")


@pytest.mark.parametrize(
    ("at_s", "level"), [(-1, 1), (0, 1), (30, 10.5), (59.999999, 20), (60, 20), (119, 20), (500, 20)]
)
def test_the_level_is_on_the_lines_and_stays_at_the_end(at_s: float, level: float) -> None:
    assert RAMP.level_at(at_s) == pytest.approx(level, rel=1e-6)


@pytest.mark.parametrize(
    ("at_s", "name"),
    [(0, "0-60s: 1->20"), (59.9, "0-60s: 1->20"), (60, "60-120s: 20"), (121, "60-120s: 20")],
)
def test_a_time_falls_in_a_stage(at_s: float, name: str) -> None:
    assert RAMP.stage_at(at_s) == name


def test_a_constant_has_no_stages_and_no_end() -> None:
    plan = Plan.constant(20)
    assert (plan.stage_at(5), plan.end_s, plan.is_plain) == (None, math.inf, True)
    assert plan.until(60).stage_at(5) is None
    assert plan.until(60).total() == 1200


def test_the_total_is_the_area_under_the_lines() -> None:
    assert RAMP.total() == pytest.approx(60 * 10.5 + 60 * 20)
    assert RAMP.total(30, 90) == pytest.approx(30 * 15.25 + 30 * 20)


@given(PLANS, st.integers(1, 50))
def test_times_are_where_the_area_reaches_a_count(plan: Plan, parts: int) -> None:
    total = plan.total()
    areas = [total * part / parts for part in range(parts)]
    times = list(plan.times(areas))
    assert len(times) == parts
    for area, at_s in zip(areas, times, strict=True):
        assert plan.total(0, at_s) == pytest.approx(area, rel=1e-6, abs=1e-6)
    assert all(before <= after for before, after in pairwise(times))
    assert list(plan.times([total * 1.0001 + 1e-6])) == []


@given(PLANS, st.floats(0.01, 200), st.floats(0, 100))
def test_the_next_time_at_a_level_is_the_first_one(plan: Plan, level: float, after_s: float) -> None:
    found = plan.next_at(level, after_s)
    end_s = plan.end_s if found is None else found
    before = [after_s + (end_s - after_s) * part / 200 for part in range(200)]
    assert all(plan.level_at(at_s) < level for at_s in before if after_s <= at_s < end_s)
    if found is not None:
        assert found >= after_s
        assert plan.level_at(found) == pytest.approx(level, rel=1e-6) or plan.level_at(found) > level


@given(PLANS, st.floats(0.1, 5000))
def test_a_plan_ends_when_it_is_told_to(plan: Plan, time_s: float) -> None:
    cut = plan.until(time_s)
    assert cut.end_s == pytest.approx(time_s)
    for part in range(20):
        at_s = time_s * part / 20
        assert cut.level_at(at_s) == pytest.approx(plan.level_at(at_s), abs=1e-6)
    assert len({stage.name for stage in cut.stages}) == len(cut.stages)


def test_a_stage_that_was_cut_and_a_level_that_goes_on_are_named_by_what_they_are() -> None:
    assert [stage.name for stage in RAMP.until(30).stages] == ["0-30s: 1->10.5"]
    assert [stage.name for stage in RAMP.until(150).stages][-1] == "2m-2m30s: 20"


def test_a_level_that_a_slope_only_comes_near_is_never_there() -> None:
    assert plan_of("0-10s: 0->4, 10-20s: 1").next_at(4, 0) is None
    assert plan_of("0-10s: 0->4, 10-20s: 4").next_at(4, 0) == 10
