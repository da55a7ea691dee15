"""What a run asks for."""

import itertools

import pytest

from harness.load.arrivals import POISSON, arrivals_of
from harness.load.demand import Arrival, ByRate, ByTrace, ByUsers, active
from harness.load.grammar import plan_of
from harness.load.trace import Row


@pytest.mark.parametrize(("level", "users"), [(0, 0), (0.4, 0), (0.5, 1), (1.49, 1), (20, 20)])
def test_a_level_is_the_nearest_number_of_users(level: float, users: int) -> None:
    assert active(level) == users


def test_by_users_there_are_as_many_as_the_plan_comes_to() -> None:
    demand = ByUsers(plan_of("0-60s: 1->49.5, 60-120s: 20"))
    assert (demand.users, demand.end_s, demand.stage_at(70)) == (50, 120, "60-120s: 20")
    assert demand.lines()[0].startswith("49.5 users ┤")


@pytest.mark.parametrize(("rate", "users"), [("20", 600), ("0.1", 10), ("spike: peak=200", 2000)])
def test_by_rate_the_users_are_a_guess_from_the_highest_one(rate: str, users: int) -> None:
    assert ByRate(plan_of(rate), POISSON, seed=0).users == users


def test_by_rate_arrivals_are_numbered() -> None:
    demand = ByRate(plan_of("2"), arrivals_of("constant"), seed=0)
    assert list(itertools.islice(demand.all(), 2)) == [Arrival(0, 0.25), Arrival(1, 0.75)]
    assert demand.lines() == ["2 arrivals per second, constant"]
    assert ByRate(plan_of("2").until(10), POISSON, 0).lines() == ["20 arrivals expected in 10s, poisson"]
    staged = ByRate(plan_of("0-60s: 1->20, 60-120s: 20"), POISSON, 0)
    assert staged.lines()[-1] == "1,830 arrivals expected in 2m, poisson"
    assert len(staged.lines()) == 9


ROWS = [Row(0.0, 10, 5), Row(1.0, 20, None), Row(40.0), *(Row(50.0 + number) for number in range(29))]


def test_by_trace_arrivals_have_the_sizes_of_its_rows() -> None:
    demand = ByTrace.of(iter(ROWS))
    assert list(demand.all())[:3] == [Arrival(0, 0.0, 10, 5), Arrival(1, 1.0, 20, None), Arrival(2, 40.0)]
    assert (demand.end_s, demand.users, demand.stage_at(3)) == (78.0, 29, None)
    assert demand.lines()[-1] == "32 arrivals in 78s"


def test_a_trace_is_cut_where_the_run_ends_and_not_prolonged() -> None:
    assert [row.at_s for row in ByTrace.of(iter(ROWS), 45.0).rows] == [0, 1, 40]
    assert ByTrace.of(iter(ROWS), 45.0).end_s == 40
    assert ByTrace.of(iter(ROWS), 1000.0).end_s == 78
    assert ByTrace.of(iter(ROWS[:1])).lines() == ["1 arrivals in 0s"]
