"""The same run against a mock first."""

from typing import Any

import pytest

from harness.run.demand import demand_of
from harness.run.rehearsal import at_mock, rehearsed_s
from harness.run.settings import RunSettings


@pytest.mark.parametrize(
    ("load", "run_time_s"),
    [
        ({"run_time_s": 20.0}, 20.0),
        ({"run_time_s": 300.0}, 30.0),
        ({"requests": 5}, 30.0),
        ({"users_plan": "0-8s: 1->3"}, None),
        ({"users_plan": "0-8s: 1->3", "run_time_s": 600.0}, 30.0),
        ({"rate": "0-600s: 1->20"}, 30.0),
        ({"rate": "5", "run_time_s": 10.0}, 10.0),
        ({"trace": "two-minutes"}, 30.0),
        ({"trace": "two-minutes", "trace_speed": 10.0}, None),
    ],
)
def test_a_rehearsal_is_as_long_as_the_run_and_half_a_minute_at_most(
    load: dict[str, Any], run_time_s: float | None
) -> None:
    settings = RunSettings(host="https://api.example.com", workload="basic", users=9, **load)
    assert rehearsed_s(settings) == run_time_s
    rehearsal = demand_of(at_mock(settings, "http://127.0.0.1:8000", run_time_s))
    assert rehearsal is None or rehearsal.end_s <= 30.0
