"""What a run is asked to do: flags, then the [run] table, then the defaults."""

from dataclasses import asdict
from typing import Any

import pytest

from harness.client.timeouts import Timeouts
from harness.run.asked import Asked
from harness.run.settings import RunSettings
from profiles import ProfileError
from profiles.schema.run import RunTable


def asked(**table: Any) -> Asked:
    return Asked.of(RunTable.model_validate(table), "mine.toml")


def flags(**given: Any) -> RunSettings:
    return RunSettings(host="http://h", workload="mine", **given)


@pytest.mark.parametrize(
    ("key", "value", "setting", "flag", "default"),
    [
        ("requests", 7, "requests", 3, None),
        ("model", "gpt-4o", "model", "gpt-4", None),
        ("think_time", 2.5, "think_time_s", 0.0, None),
        ("seed", 9, "seed", 0, 0),
        ("price_as", "gpt-4o", "price_as", "gpt-4", None),
    ],
)
def test_a_flag_wins_over_the_table_and_the_table_over_the_default(
    key: str, value: Any, setting: str, flag: Any, default: Any
) -> None:
    assert getattr(asked(**{key: value}).filled(flags(**{setting: flag})), setting) == flag
    assert getattr(asked(**{key: value}).filled(flags()), setting) == value
    assert getattr(asked().filled(flags()), setting) == default


def test_policy_and_timeouts_are_settled_beneath_those_of_the_classes() -> None:
    table = asked(retry="backoff", timeouts={"idle_s": 5, "total_s": 90})
    given = flags(timeouts={"idle_s": 2.0})
    assert (table.filled(given).retry, table.filled(given).timeouts) == (None, {"idle_s": 2.0})
    settled = table.settled(given)
    assert settled.retry == "backoff"
    assert settled.timeouts == asdict(Timeouts(idle_s=2.0, total_s=90.0))
    assert table.settled(flags(retry="none")).retry == "none"
    assert asked().settled(flags()).retry == "none"
    assert asked().settled(flags()).timeouts == asdict(Timeouts())


def test_times_are_spans_or_seconds() -> None:
    table = asked(run_time="1m30s", stop_timeout=4.5)
    assert (table.run_time_s, table.stop_timeout_s) == (90.0, 4.5)
    assert (table.stop_timeout("7s"), table.stop_timeout(None)) == (7.0, 4.5)
    assert asked().stop_timeout(None) == 30.0


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"rate": "0-60s"}, "mine.toml: run.rate: "),
        ({"users": "0-60s: 1->"}, "mine.toml: run.users: "),
        ({"rate": 3.0, "users": "0-60s: 1->5"}, "mine.toml: run.users: with 'rate' it is how many users there are"),
        ({"arrivals": "sometimes"}, "mine.toml: run.arrivals: "),
        ({"run_time": "soon"}, "mine.toml: run.run_time: 'soon' is not a time span; write 60s, 5m or 1h30m"),
        ({"run_time": "0s"}, "mine.toml: run.run_time: '0s' is no time at all"),
        ({"stop_timeout": "x"}, "mine.toml: run.stop_timeout: 'x' is not a time span"),
        ({"retry": "always"}, "mine.toml: run.retry: 'always' is no retry policy"),
    ],
)
def test_what_cannot_be_meant_is_told_with_file_and_key(table: dict[str, Any], said: str) -> None:
    with pytest.raises(ProfileError) as caught:
        asked(**table)
    assert str(caught.value).startswith(said)
