"""Which processes a run has, from its flags."""

from typing import Any

import pytest

from harness.run.crew import Address, Crew, crew_of
from harness.run.settings import RunSettings, SettingError


@pytest.mark.parametrize(
    ("flags", "processes", "awaited", "has_master"),
    [
        ({}, 1, 0, False),
        ({"processes": 1}, 1, 0, False),
        ({"processes": 4}, 4, 0, True),
        ({"master": True, "expect_workers": 3}, 0, 3, True),
        ({"master": True, "expect_workers": 3, "processes": 2}, 2, 3, True),
    ],
)
def test_a_master_leads_where_there_is_more_than_one_process(
    flags: dict[str, Any], processes: int, awaited: int, has_master: bool
) -> None:
    crew = crew_of(**flags)
    assert (crew.processes, crew.awaited, crew.has_master) == (processes, awaited, has_master)
    assert crew.workers == processes + awaited


def test_the_master_listens_on_loopback_unless_told_and_at_any_port_where_nobody_has_to_know_it() -> None:
    assert crew_of(processes=2).bind == Address("127.0.0.1", 0)
    assert crew_of(master=True, expect_workers=1).bind == Address("127.0.0.1", 5557)
    assert crew_of(master=True, expect_workers=1, bind="0.0.0.0").bind == Address("0.0.0.0", 5557)
    assert crew_of(master=True, expect_workers=1, bind="10.0.0.9:0").bind == Address("10.0.0.9", 0)


def test_a_master_that_listens_everywhere_is_reached_from_here_on_loopback() -> None:
    assert Address("0.0.0.0", 1).from_here == "127.0.0.1"
    assert Address("10.0.0.9", 1).from_here == "10.0.0.9"


@pytest.mark.parametrize("text", ["", ":5557", "h:", "h:x", "h:99999", "h:-1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match=r"^--bind: .* is not an address; write for example 192.168.1.5:5557$"):
        Address.parse(text, "--bind", 5557)


def test_an_address_may_be_of_the_sixth_version() -> None:
    assert Address.parse("[::1]", "--bind", 7) == Address("[::1]", 7)
    assert Address.parse("[::1]:8", "--bind", 7) == Address("[::1]", 8)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"expect_workers": 2}, "--expect-workers: means something only with --master"),
        ({"bind": "0.0.0.0"}, "--bind: means something only with --master"),
        ({"web_port": 1}, "--web-port: means something only with --web-ui"),
        ({"web_host": "h"}, "--web-host: means something only with --web-ui"),
        ({"master": True}, "--expect-workers: missing; say how many"),
        ({"labels": ["eu"]}, "--label: 'eu' is not a label"),
        ({"locust_flags": ["--users", "3"]}, "--users: not Locust's to know here"),
    ],
)
def test_flags_that_mean_nothing_together_are_refused(flags: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=f"^{said}"):
        crew_of(**flags)


def test_the_web_ui_is_on_loopback_unless_told() -> None:
    assert crew_of().web is None
    assert crew_of(web_ui=True).web == Address("127.0.0.1", 8089)
    assert crew_of(web_ui=True, web_host="0.0.0.0", web_port=9000).web == Address("0.0.0.0", 9000)


def test_every_worker_needs_a_user_to_make_its_share_of_the_calls() -> None:
    crew = Crew(processes=2, awaited=1)
    settings = RunSettings(host="h", workload="basic", users=2, requests=10)
    with pytest.raises(
        SettingError, match=r"^--users: 2 cannot share out --requests among 3 .* write --users 3 or more"
    ):
        crew.check(settings)
    crew.check(RunSettings(host="h", workload="basic", users=3, requests=10))
    crew.check(RunSettings(host="h", workload="basic", users=2))


def test_run_json_keeps_who_took_part() -> None:
    assert crew_of(processes=2, labels=["region=eu"]).to_dict() == {
        "processes": 2,
        "awaited": 0,
        "labels": {"region": "eu"},
    }
