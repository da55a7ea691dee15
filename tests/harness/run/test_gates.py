"""What a run is held against, before it begins and from its folder afterwards."""

import pytest

from harness.gate.scope import Names
from harness.run.crew import Crew
from harness.run.gates import Gates, kept_by, names_ahead, slos_of
from harness.run.settings import RunSettings, SettingError
from harness.workload import Workload
from profiles import ProfileError

TEXT = """
[run]
slo = ["short:ttft.p95 < 1s"]
[[class]]
name = "short"
model = "m"
prompts = ["x"]
slo = ["complete >= 99%"]
[[class]]
name = "long"
model = "m"
prompts = ["x"]
"""


def workload() -> Workload:
    return Workload.parse(TEXT, name="mine")


def settings(**more: str) -> RunSettings:
    return RunSettings(host="http://h", workload="mine", **more)  # type: ignore[arg-type]


def test_those_of_the_workload_come_first_and_all_are_kept_as_they_were_written() -> None:
    texts = ["short:ttft.p95 < 1s", "class=short: complete >= 99%", "cost < $2"]
    run = dict(Gates.of(["cost < $2"]).facts(workload()))
    assert run == {"slo": texts}
    assert [slo.text for slo in slos_of(run)] == texts
    assert dict(Gates().facts(None)) == {}
    assert dict(Gates.of((), ["errors > 20%"]).facts(None)) == {"abort_on": ["errors > 20%"]}
    assert slos_of({}) == ()


@pytest.mark.parametrize(
    ("slo", "said"),
    [
        ("fast", "--slo: 'fast' is no SLO; write for example"),
        ("shrot:ttft.p95 < 1s", "--slo: 'shrot:ttft.p95 < 1s': no class, stage or label is named 'shrot'; there are: "),
        ("stage=60s:ttft.p95 < 1s", "no stage is named '60s'; there are: class short, long; stage 0-60s: 1->5, 60-90s"),
        ("label team=a:ttft.p95 < 1s", "no label is named 'team=a'; there are: "),
    ],
)
def test_a_part_that_the_run_will_not_have_is_said_before_it(slo: str, said: str) -> None:
    crew = Crew(labels={"region": "eu"})
    names = names_ahead(settings(rate="0-60s: 1->5, 60-90s: 5", arrivals="poisson"), workload(), crew)
    with pytest.raises(SettingError) as caught:
        Gates.of([slo]).check(names, workload())
    assert said in str(caught.value)


def test_a_condition_about_a_part_that_the_run_will_not_have_is_said_too() -> None:
    gates = Gates.of((), ["shrot:errors > 20%"])
    with pytest.raises(SettingError, match=r"^--abort-on: 'shrot:errors > 20%': no class, stage or label is named"):
        gates.check(names_ahead(settings(), workload(), None), workload())
    with pytest.raises(SettingError, match=r"^--abort-on: 'often' is no condition"):
        Gates.of((), ["often"])


def test_parts_that_the_run_will_have_are_known_before_it() -> None:
    names = names_ahead(settings(users_plan="0-60s: 1->5"), workload(), Crew(labels={"region": "eu"}))
    for scope in ("short", "stage=0-60s: 1->5", "label region=eu"):
        Gates.of([f"{scope}:ttft.p95 < 1s"]).check(names, workload())


def test_what_other_machines_and_own_users_bring_nobody_knows_before() -> None:
    slos = Gates.of(["class=whatever:ttft.p95 < 1s", "label team=a:ttft.p95 < 1s"])
    slos.check(names_ahead(settings(), None, None), None)
    slos = Gates.of(["label team=a:ttft.p95 < 1s"])
    slos.check(names_ahead(settings(), workload(), Crew(awaited=1)), workload())


def test_a_workload_s_own_about_a_part_there_is_not_names_the_file() -> None:
    with pytest.raises(ProfileError, match=r"^mine: run\.slo: no class, stage or label is named 'short'; there are: n"):
        Gates().check(Names(names={}), workload())


def test_a_run_json_that_was_changed_by_hand_is_one_line() -> None:
    with pytest.raises(SettingError, match=r"^RUN: 'x' is no SLO"):
        slos_of({"slo": ["x"]})


GOOD = TEXT.replace("[run]\n", '[run]\ngoodput = ["e2e < 9s", "long: ttft < 2s"]\n')


def test_what_requests_have_to_keep_is_the_workload_s_first_and_read_back_as_it_was_meant() -> None:
    own = Workload.parse(f'{GOOD}goodput = ["tpot < 50ms"]', name="mine")
    run = dict(Gates.of((), (), ["ttft < 1s, e2e < 8s"]).facts(own))
    texts = ["e2e < 9s", "class=long: ttft < 2s", "class=long: tpot < 50ms", "ttft < 1s", "e2e < 8s"]
    assert run["goodput"] == texts
    assert [objective.text for objective in kept_by(run).each] == texts
    assert not kept_by({})
    with pytest.raises(SettingError, match=r"^RUN: 'x' is no objective"):
        kept_by({"goodput": ["x"]})


@pytest.mark.parametrize(
    ("slos", "abort_on", "flag"), [(["goodput >= 9%"], [], "slo"), ([], ["goodput_rps < 9"], "abort-on")]
)
def test_goodput_without_objectives_is_refused_and_with_them_is_not(
    slos: list[str], abort_on: list[str], flag: str
) -> None:
    names = names_ahead(settings(), workload(), None)
    with pytest.raises(SettingError, match=rf"^--{flag}: 'goodput.*' needs to know what each request has to keep"):
        Gates.of(slos, abort_on).check(names, workload())
    Gates.of(slos, abort_on, ["ttft < 1s"]).check(names, workload())
    Gates.of(slos, abort_on).check(names, Workload.parse(GOOD, name="mine"))


def test_a_workload_s_own_slo_about_goodput_needs_them_too() -> None:
    wants = Workload.parse(TEXT.replace("short:ttft.p95 < 1s", "goodput > 9%"), name="mine")
    names = names_ahead(settings(), wants, None)
    with pytest.raises(
        ProfileError, match=r"^mine: run\.slo: 'goodput > 9%' needs to know what each request has to keep"
    ):
        Gates().check(names, wants)
    Gates.of((), (), ["short: ttft < 1s"]).check(names, wants)
    with pytest.raises(SettingError, match=r"^--goodput: 'class=shrot: ttft < 1s': no class is named 'shrot'"):
        Gates.of((), (), ["shrot: ttft < 1s"]).check(names, wants)
