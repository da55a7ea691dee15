"""The harness's arguments on Locust's command line."""

from argparse import Namespace
from typing import Any

import pytest

from harness.run.settings import RunSettings, SettingError
from harness.swarm.arguments import own_of, settings_of, with_own


def options(**given: Any) -> Namespace:
    values = {
        "workload": "basic",
        "think_time": "",
        "num_users": 3,
        "spawn_rate": 1.0,
        "run_time": 60,
        "requests": "",
        "model": "",
        "seed": "4",
        "retry": "backoff",
        "connect_timeout": "",
        "first_token_timeout": "",
        "idle_timeout": "",
        "total_timeout": "",
        "stop_timeout": 5,
        "max_cost_usd": "",
        "price_as": "",
        "goodput": None,
        "max_requests": "",
        "max_tokens_total": "",
        "path_prefix": "",
        "api": "openai",
        "api_version": "",
        "header": None,
        "extra_body": "",
        "allow_http": False,
        "target": "",
        "ca_file": "",
    }
    return Namespace(**(values | given))


def test_what_was_not_given_is_none() -> None:
    assert settings_of(options(), "http://h", {}) == RunSettings(
        host="http://h",
        workload="basic",
        users=3,
        spawn_rate=1.0,
        run_time_s=60,
        seed=4,
        retry="backoff",
        stop_timeout_s=5.0,
    )


def test_a_plan_and_its_end_are_settings_too() -> None:
    given = options(rate="0-9s: 5", arrivals="", plan_time="7", run_time=None)
    settings = settings_of(given, "http://h", {})
    assert (settings.rate, settings.arrivals, settings.run_time_s) == ("0-9s: 5", "poisson", 7.0)
    settings = settings_of(options(trace="two-minutes", trace_speed="2", trace_rate="0.5"), "http://h", {})
    assert (settings.trace, settings.trace_speed, settings.trace_rate, settings.run_time_s) == (
        "two-minutes",
        2,
        0.5,
        60,
    )


def test_patience_comes_as_time_spans() -> None:
    given = options(connect_timeout="1", first_token_timeout="2s", idle_timeout="0.5", total_timeout="1m30s")
    assert settings_of(given, "http://h", {}).timeouts == {
        "connect_s": 1,
        "first_token_s": 2,
        "idle_s": 0.5,
        "total_s": 90,
    }


def test_what_was_left_open_is_for_the_workload_to_say() -> None:
    settings = settings_of(options(seed="", retry=""), "http://h", {})
    assert (settings.seed, settings.retry, settings.timeouts) == (None, None, {})


def test_numbers_may_come_as_text_from_the_web_form() -> None:
    settings = settings_of(options(requests="20", think_time="0", model="gpt-4o"), "http://h", {})
    assert (settings.requests, settings.think_time_s, settings.model) == (20, 0.0, "gpt-4o")


def test_a_locust_file_without_a_workload_has_none() -> None:
    given = options()
    del given.workload, given.think_time
    assert settings_of(given, "http://h", {}).workload is None


@pytest.mark.parametrize(
    ("given", "flag"),
    [
        ({"requests": "0"}, "--requests"),
        ({"requests": "-3"}, "--requests"),
        ({"requests": "2.5"}, "--requests"),
        ({"idle_timeout": "0"}, "--idle-timeout"),
        ({"first_token_timeout": "soon"}, "--first-token-timeout"),
        ({"seed": "soon"}, "--seed"),
        ({"think_time": "soon"}, "--think-time"),
        ({"think_time": "-1"}, "--think-time"),
        ({"think_time": "inf"}, "--think-time"),
        ({"think_time": "nan"}, "--think-time"),
    ],
)
def test_what_is_no_number_is_refused_by_the_name_of_its_flag(given: dict[str, str], flag: str) -> None:
    with pytest.raises(SettingError, match=f"^{flag}: .*; write "):
        settings_of(options(**given), "http://h", {})


def test_what_is_a_process_s_own_survives_what_the_master_sends() -> None:
    mine = options(out="here", label=["region=eu"], header=["X-Team: crew"], supervised=True, ca_file="mine.pem")
    own = own_of(mine)
    sent = options(out="there", label=None, header=None, supervised=False, ca_file="theirs.pem", seed=9)
    kept = with_own(sent, own)
    assert (kept.out, kept.label, kept.header, kept.supervised) == ("here", ["region=eu"], ["X-Team: crew"], True)
    assert (kept.ca_file, kept.seed) == ("mine.pem", 9)
    assert with_own(sent, {**own, "ca_file": ""}).ca_file == "theirs.pem"


def test_what_is_no_policy_is_refused_by_the_name_of_its_flag() -> None:
    with pytest.raises(SettingError, match="--retry: 'always' is no retry policy"):
        settings_of(options(retry="always"), "http://h", {})


def test_caps_are_numbers() -> None:
    given = options(max_cost_usd="$0.5", max_requests="1_000", max_tokens_total="20,000")
    settings = settings_of(given, "http://h", {})
    assert (settings.max_cost_usd, settings.max_requests, settings.max_tokens_total) == (0.5, 1_000, 20_000)
    for name in ("max_cost_usd", "max_requests", "max_tokens_total"):
        with pytest.raises(SettingError, match=f"^--{name.replace('_', '-')}: 'some' is no "):
            settings_of(options(**{name: "some"}), "http://h", {})
