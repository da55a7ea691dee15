"""From settings to an estimate."""

from pathlib import Path
from typing import Any

import pytest

from harness.money.estimate import Estimate
from harness.run.estimating import from_run, from_workload, limits_of
from harness.run.folder import RunFolder
from harness.run.settings import RunSettings, SettingError
from harness.workload import Workload
from profiles import ProfileError
from profiles.record import Record, Tokens
from profiles.schema.limits import ChargeMode, LimitsFile

STEADY = Workload.parse(
    """
[[class]]
name = "steady"
model = "gpt-4o-mini"
output_tokens = { fixed = 100 }
think_time_s = [8.2, 8.2]
prompts = ["Why?"]
""",
    name="steady",
)
"""A session takes 8.2 s and an answer of 0.5 s + 1.3 s: 10 s."""


def estimated(**more: Any) -> Estimate:
    return from_workload(RunSettings(host="http://h", workload="steady", **more), STEADY)


def calls(estimate: Estimate) -> list[Any]:
    return [pytest.approx(sum(use.calls for use in found)) for found in estimate.cases.values()]


def test_users_ask_as_often_as_pauses_and_answers_let_them() -> None:
    low, expected, worst = calls(estimated(users=6, run_time_s=600))
    assert expected == 360
    assert (low, worst) == (6 * 600 / 11.8, 6 * 600 / 9.1)
    assert estimated(users=6, run_time_s=600).peaks[0].requests == pytest.approx(36)


def test_pauses_may_be_others_and_calls_are_no_more_than_were_asked_for() -> None:
    assert calls(estimated(users=6, run_time_s=600, think_time_s=0.2))[1] == 6 * 600 / 2
    assert calls(estimated(users=6, requests=12)) == [12, 12, 12]
    assert calls(estimated(users=6, run_time_s=600, requests=12)) == [12, 12, 12]


def test_a_rate_begins_sessions_whatever_the_answers_take() -> None:
    by_rate = estimated(rate="0-60s: 0->4", users=9)
    assert calls(by_rate) == [120, 120, 120]
    assert by_rate.peaks[0].requests == 120  # 240 a minute at the top, but there are no more
    assert calls(estimated(users_plan="0-100s: 0->6", users=6))[1] == 30


def test_a_trace_says_how_much_and_how_long() -> None:
    traced = estimated(trace="two-minutes", users=9)
    assert calls(traced) == [367, 367, 367]
    assert traced.cases["expected"][0].prompt > 100_000


def test_a_run_needs_an_end_for_an_estimate() -> None:
    with pytest.raises(SettingError, match=r"^--run-time: missing"):
        estimated(users=6)


def test_limits_are_a_profile() -> None:
    profile = limits_of("tier1")
    assert profile is not None
    assert limits_of(None) is None
    with pytest.raises(ProfileError, match="no limits profile of that name"):
        limits_of("tier9")
    settings = RunSettings(host="http://h", workload="steady", users=6, run_time_s=60)
    assert from_workload(settings, STEADY, profile).peaks[0].rpm == 500


def test_limits_that_charge_max_tokens_are_held_against_those_and_a_trace_against_its_prompts() -> None:
    bounded = Workload.parse(
        '[[class]]\nname = "bounded"\nmodel = "gpt-4o-mini"\nmax_tokens = 900\nprompts = ["Why?"]\n', name="bounded"
    )
    settings = RunSettings(host="http://h", workload="bounded", rate="0-60s: 1", users=9)
    modes: tuple[ChargeMode, ...] = ("prompt_estimate", "plus_max_tokens", "max_of")
    charged = [from_workload(settings, bounded, LimitsFile(charge=mode)).peaks[0] for mode in modes]
    prompt, both, larger = (peak.tokens / peak.requests for peak in charged)
    assert (both - prompt, larger) == pytest.approx((900, 900))
    traced = RunSettings(host="http://h", workload="bounded", trace="two-minutes", users=9)
    estimate = from_workload(traced, bounded)
    (use,), (peak,) = estimate.cases["expected"], estimate.peaks
    assert peak.tokens / peak.requests == pytest.approx(use.prompt / use.calls)


def made(folder: Path, **settings: Any) -> RunFolder:
    """A run folder with ten sessions of two users in 20 s."""
    folder.mkdir(exist_ok=True)
    run = RunFolder(folder)
    run.start(RunSettings(host="http://h", workload="steady", **settings), [], 0.0)
    records = [
        Record(
            id=f"c{number}.1",
            attempt=1,
            class_="steady",
            model="gpt-4o-mini",
            stream=False,
            intended_at=0.0,
            outcome="complete",
            session=str(number),
            sent_at=2.0 * number,
            done_ms=2_000.0,
            tokens=Tokens(50, 10),
        )
        for number in range(10)
    ]
    run.records_jsonl.write_bytes(b"".join(record.to_json() + b"\n" for record in records))
    return run


def test_a_run_that_was_made_says_what_a_user_does_in_a_minute(tmp_path: Path) -> None:
    asked = RunSettings(host="http://h", workload="steady", users=6, run_time_s=600)
    found = from_run(asked, made(tmp_path, users=2))
    assert list(found.cases) == ["measured"]
    (use,) = found.cases["measured"]
    assert [use.calls, use.prompt] == pytest.approx([900, 45_000])
    by_rate = from_run(RunSettings(host="http://h", workload="steady", rate="0-10s: 3"), made(tmp_path / "b", users=2))
    assert by_rate.cases["measured"][0].calls == pytest.approx(30)


def test_a_plan_of_users_says_for_how_long_they_were_there(tmp_path: Path) -> None:
    """0 to 2 users in 18 s, and two until the last answer at 20 s: 18 + 4 = 22 s for ten sessions, 2.2 s each."""
    asked = RunSettings(host="http://h", workload="steady", users=6, users_plan="0-60s: 6")
    rehearsed = made(tmp_path, users=2, users_plan="0-18s: 0->2, 18-40s: 2", run_time_s=30.0)
    assert from_run(asked, rehearsed).cases["measured"][0].calls == pytest.approx(6 * 60 / 2.2)
    cut = made(tmp_path / "cut", users=2, users_plan="0-18s: 0->2, 18-40s: 2", run_time_s=18.0)
    assert from_run(asked, cut).cases["measured"][0].calls == pytest.approx(6 * 60 / 1.8)


def test_an_open_run_does_not_say_what_a_user_does(tmp_path: Path) -> None:
    asked = RunSettings(host="http://h", workload="steady", users=6, run_time_s=600)
    with pytest.raises(SettingError, match=r"^--from: .* does not tell what a user does in a minute; say --rate"):
        from_run(asked, made(tmp_path, users=2, rate="5"))
