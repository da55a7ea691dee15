"""From settings to what a run asks for."""

from pathlib import Path
from typing import Any

import pytest

from harness.load.demand import ByRate, ByTrace, ByUsers
from harness.load.trace import Row
from harness.run.demand import demand_of
from harness.run.load_flags import LoadFlags
from harness.run.settings import RunSettings, SettingError
from profiles.record import Record
from profiles.schema.run import RunTable

TRACE = "TIMESTAMP,ContextTokens,GeneratedTokens\n" + "".join(f"2026-01-01 00:00:{n:02},10,5\n" for n in range(50))


def settings(**given: Any) -> RunSettings:
    return RunSettings(host="http://h", workload="basic", **given)


def settled(run_time_s: float | None = None, requests: int | None = None, workers: int = 1, **asked: Any) -> Any:
    return LoadFlags(**asked).settled(settings(run_time_s=run_time_s, requests=requests), workers)


def test_a_number_of_users_asks_for_nothing_by_plan() -> None:
    assert demand_of(settings(users=5)) is None


def test_users_rates_and_traces_are_read() -> None:
    assert isinstance(demand_of(settings(users_plan="ramp")), ByUsers)
    by_rate = demand_of(settings(rate="5", arrivals="constant", seed=3, run_time_s=10.0))
    assert isinstance(by_rate, ByRate)
    assert (by_rate.end_s, by_rate.seed, by_rate.arrivals.kind) == (10, 3, "constant")
    by_trace = demand_of(settings(trace="nothing that is read", trace_speed=2.0), [Row(0.0), Row(10.0)])
    assert by_trace == ByTrace((Row(0.0), Row(5.0)), 5.0)


@pytest.mark.parametrize("knob", [{"trace_speed": 3.0}, {"trace_rate": 0.5}, {"seed": 1, "trace_rate": 0.5}])
def test_every_scale_of_a_trace_changes_something(knob: dict[str, Any]) -> None:
    rows = [Row(float(second)) for second in range(100)]
    plain = demand_of(settings(trace="x", **{key: 0.5 for key in knob if key == "trace_rate" and "seed" in knob}), rows)
    assert demand_of(settings(trace="x", **knob), rows) != plain


def test_a_trace_that_cannot_be_read_is_told_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(TRACE + "soon,1,2\n")
    with pytest.raises(SettingError) as refused:
        demand_of(settings(trace=str(file)))
    assert str(refused.value).startswith(f"--trace: {file}: line 52: timestamp is 'soon'; write a date")


def test_a_trace_of_a_spreadsheet_is_read_and_so_are_records_with_any_text(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(b"\xef\xbb\xbf" + TRACE.replace("\n", "\r\n").encode())
    demand = demand_of(settings(trace=str(sheet)))
    assert isinstance(demand, ByTrace)
    assert len(demand.rows) == 50
    records = tmp_path / "records.jsonl"
    detail = "an answer that held \u2028 and \x85"
    record = Record(
        id="r-1.1",
        attempt=1,
        class_="a",
        model="m",
        stream=True,
        intended_at=9.0,
        outcome="invalid_content",
        detail=detail,
    )
    records.write_bytes(record.to_json() + b"\n")
    assert demand_of(settings(trace=str(records))) == ByTrace((Row(0.0),), 0.0)


@pytest.mark.parametrize(
    ("asked", "users", "spawn_rate", "run_time_s"),
    [
        ({}, 10, 2.0, 60.0),
        ({"users": "50"}, 50, 10.0, 60.0),
        ({"users": "50", "spawn_rate": 3.0}, 50, 3.0, 60.0),
        ({"users": "0-60s: 1->50"}, 50, 50.0, None),
        ({"users": "0-60s: 1->50", "workers": 4}, 52, 52.0, None),
        ({"rate": "2"}, 60, 60.0, 60.0),
        ({"rate": "2", "users": "7"}, 7, 7.0, 60.0),
        ({"rate": "2", "requests": 9}, 60, 60.0, None),
        ({"rate": "0-9s: 2", "workers": 7}, 63, 63.0, None),
        ({"rate": "0-9s: 2", "run_time_s": 5.0}, 60, 60.0, 5.0),
        ({"trace": "two-minutes"}, 185, 185.0, None),
    ],
)
def test_the_flags_come_to_users_and_an_end(
    asked: dict[str, Any], users: int, spawn_rate: float, run_time_s: float | None
) -> None:
    found, _ = settled(**asked)
    assert (found.users, found.spawn_rate, found.run_time_s) == (users, spawn_rate, run_time_s)


def test_a_guess_is_said_and_a_number_that_was_given_is_not() -> None:
    _, said = settled(rate="0-9s: 200")
    assert said[-1] == (
        "up to 2,000 users at once (a guess: 200 arrivals/s for 30 s, which is the most that is guessed; "
        "--users N says otherwise)"
    )
    assert settled(rate="0-9s: 2", users="3")[1][-1] == "18 arrivals expected in 9s, poisson"
    assert settled(users="3", run_time_s=9.0)[1] == []


def test_kind_and_paths_are_settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(TRACE)
    assert settled(rate="2")[0].arrivals == "poisson"
    assert settled()[0].arrivals is None
    assert settled(trace="mine.csv")[0].trace == str(tmp_path / "mine.csv")
    assert settled(trace="two-minutes")[0].trace == "two-minutes"


TABLE = RunTable.model_validate({"users": 7, "spawn_rate": 2.0, "rate": "0-60s: 1->20", "arrivals": "constant"})


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({}, {"users": "7", "rate": "0-60s: 1->20", "arrivals": "constant"}),
        ({"users": "9"}, {"users": "9", "rate": "0-60s: 1->20", "arrivals": "constant"}),
        ({"arrivals": "poisson"}, {"users": "7", "rate": "0-60s: 1->20", "arrivals": "poisson"}),
        ({"rate": "5"}, {"users": "7", "rate": "5"}),
        ({"trace": "two-minutes"}, {"users": "7", "trace": "two-minutes"}),
        ({"users": "0-60s: 1->9"}, {"users": "0-60s: 1->9"}),
    ],
)
def test_where_flags_say_when_anything_begins_the_run_table_has_no_say(
    flags: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert LoadFlags(**flags).over(TABLE) == LoadFlags(**expected)


def test_without_a_rate_the_table_says_how_many_users_come_how_fast() -> None:
    table = RunTable.model_validate({"users": 7, "spawn_rate": 2.0})
    assert LoadFlags().over(table) == LoadFlags(users="7", spawn_rate=2.0)
    assert LoadFlags(users="3", spawn_rate=1.0).over(table) == LoadFlags(users="3", spawn_rate=1.0)
    planned = RunTable.model_validate({"users": "0-60s: 1->9", "spawn_rate": 2.0})
    assert LoadFlags().over(planned) == LoadFlags(users="0-60s: 1->9")
    assert LoadFlags(rate="5").over(planned) == LoadFlags(rate="5")
