"""What is to be seen of a run at one instant."""

import pytest
from msgspec.structs import replace

from harness.load.arrivals import POISSON
from harness.load.demand import ByRate, ByUsers, Demand
from harness.load.grammar import plan_of
from harness.money.spending import Money
from harness.report.view import Used
from harness.run.course import Seen, flight_of
from harness.run.settings import RunSettings
from harness.run.watching import Begun, Watching, left_s, users_asked
from profiles.record import Record

SETTINGS = RunSettings(host="http://h", workload="basic", users=9, run_time_s=60.0)
USERS = ByUsers(plan_of("0-10s: 0->10, 10-20s: 10"))
ONE = Record(id="c.1", attempt=1, class_="a", model="m", stream=True, intended_at=0.0, outcome="complete")
RATE = ByRate(plan_of("0-10s: 0->10, 10-20s: 10"), POISSON, 0)


def seen(**fields: object) -> Seen:
    values: dict[str, object] = {"role": "load", "pid": 1, "users": 4}
    return Seen(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(("demand", "users"), [(None, 9), (USERS, 5), (RATE, None)])
def test_the_users_who_are_to_be_there(demand: Demand | None, users: int | None) -> None:
    assert users_asked(SETTINGS, demand, 5.0) == users


def test_time_is_left_until_the_end_that_is_planned() -> None:
    assert (left_s(SETTINGS, None, 20.0), left_s(SETTINGS, USERS, 5.0), left_s(SETTINGS, RATE, 99.0)) == (40, 15, 0)
    assert left_s(RunSettings(host="http://h", workload="basic", requests=5), None, 1.0) is None


def test_a_view_of_an_open_load_says_what_is_asked_and_what_was_sent() -> None:
    watching = Watching(SETTINGS, demand=RATE, phase=lambda: "storm", budget_usd=2.0)
    view = watching.view(4.0, [seen(in_flight=7, begun=8)])
    assert (view.rate_asked, view.rate_sent, view.in_flight, view.users) == (4.0, 2.0, 7, 4)
    assert (view.stage, view.phase, view.left_s, view.budget_usd) == ("0-10s: 0->10", "storm", 16.0, 2.0)


def test_calls_are_left_where_they_end_the_run() -> None:
    watching = Watching(RunSettings(host="http://h", workload="basic", users=1, requests=5))
    for attempt in (1, 2):
        watching.progress.add(replace(ONE, id=f"c.{attempt}", attempt=attempt))
    assert watching.view(1.0, []).calls_left == 4


def test_money_is_what_the_bank_knows_where_that_is_more_and_other_caps_are_told_too() -> None:
    watching = Watching(SETTINGS, budget_usd=2.0)
    watching.progress.add(replace(ONE, cost_usd=0.25))
    assert (watching.view(1.0, []).cost_usd, watching.view(1.0, []).used) == (0.25, ())
    watching.money = Money(cap_usd=2.0, max_requests=9, max_tokens=100, spent_usd=0.75, requests=3, tokens=40)
    view = watching.view(2.0, [])
    assert (view.cost_usd, view.used) == (0.75, (Used(3, 9, "requests"), Used(40, 100, "tokens")))
    watching.progress.add(replace(ONE, cost_usd=0.75))
    assert watching.view(3.0, []).cost_usd == 1.0, "records that it has not heard of yet"


def test_sessions_per_second_are_those_of_the_last_seconds() -> None:
    begun = Begun()
    assert begun.per_s(0.0, 0) is None
    assert begun.per_s(5.0, 50) == 10.0
    for second in range(6, 30):
        rate = begun.per_s(float(second), 50)
    assert rate == 0.0


def test_the_master_alone_knows_what_is_in_flight_elsewhere() -> None:
    children = [
        seen(role="master", in_flight=30, begun=300),
        seen(role="worker", in_flight=3, begun=20),
        seen(role="worker", in_flight=4, begun=10, exit_code=0),
    ]
    assert flight_of(children, elsewhere=True) == (30, 300)
    assert flight_of(children, elsewhere=False) == (3, 30), "what has ended has nothing in flight"
    assert flight_of([seen()], elsewhere=False) == (None, None)
