"""What a plan decides in Locust's place."""

from argparse import Namespace
from typing import Any

import pytest

from harness.run.settings import SettingError
from harness.swarm.planning import plan_ahead


def options(**given: Any) -> Namespace:
    values = {"seed": 1, "num_users": None, "spawn_rate": None, "run_time": None, "expect_workers": 1, "plan_time": ""}
    return Namespace(**(values | given))


def planned(**given: Any) -> tuple[Any, ...]:
    found = options(**given)
    plan_ahead(found)
    return (found.num_users, found.spawn_rate, found.run_time, found.plan_time)


def test_without_a_plan_locust_decides() -> None:
    assert planned(run_time=5) == (None, None, 5, "")
    assert planned(num_users=3, rate="") == (3, None, None, "")


def test_users_and_the_end_follow_from_the_plan() -> None:
    assert planned(rate="2", run_time=90) == (60, 60.0, None, "90")
    assert planned(rate="2", num_users=5, spawn_rate=1.0) == (5, 1.0, None, "")
    assert planned(users_plan="0-9s: 1->5", expect_workers=2, plan_time="7") == (4, 4.0, None, "7")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"users_plan": "0-9s: 8", "num_users": 3}, "--users: 3 are less than the 8 of --users-plan; leave it out"),
        ({"rate": "fast"}, "--rate: 'fast' is neither a number nor a shape"),
        ({"rate": "2", "trace": "two-minutes"}, "--rate: --users-plan, --rate and --trace exclude each other"),
        ({"arrivals": "poisson"}, "--arrivals: means something only with --rate"),
        ({"trace": "two-minutes", "trace_speed": "x"}, "--trace-speed: 'x' is no factor; write 2 for twice"),
        ({"rate": "2", "plan_time": "soon"}, "--plan-time: 'soon' is not a time span"),
    ],
)
def test_what_cannot_be_carried_out_is_a_line(given: dict[str, Any], why: str) -> None:
    with pytest.raises(SettingError) as refused:
        planned(**given)
    assert str(refused.value).startswith(why)
