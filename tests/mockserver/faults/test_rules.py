from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from mockserver.chance import Draws
from mockserver.faults import FaultRules, Seen
from profiles import ProfileError
from profiles.files import names


def _draws(seed: int) -> Draws:
    return Draws(seed, b"", None, "fault")


def seen(**what: Any) -> Seen:
    usual = Seen("gpt-4o", "sk-a", "/v1/chat/completions", stream=True, headers=[], texts=["Hi"], elapsed_s=0.0)
    return replace(usual, **what)


def rules(folder: Path, text: str) -> FaultRules:
    file = folder / "mine.toml"
    file.write_text(text)
    return FaultRules.from_file(str(file))


def rule(status: int, probability: float, more: str = "") -> str:
    return f'[[rule]]\nfault = "status"\nstatus = {status}\nprobability = {probability}\n{more}\n'


def kinds(mine: FaultRules, seed: int = 1, **what: Any) -> list[str]:
    return [fault.kind for fault in mine.draw(seen(**what), _draws(seed))]


def test_off_is_a_word_and_nothing_strikes() -> None:
    assert FaultRules.from_file("off") == FaultRules.off()
    assert FaultRules.off().draw(seen(), _draws(1)) == ()
    assert FaultRules.off().describe() == "faults off"


def test_a_certain_fault_always_strikes_and_an_impossible_one_never(tmp_path: Path) -> None:
    mine = rules(tmp_path, rule(500, 0) + rule(503, 1))
    assert {tuple(kinds(mine, seed)) for seed in range(200)} == {("status_503",)}


def test_rules_strike_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    assert kinds(rules(tmp_path, rule(502, 1) + rule(500, 1))) == ["status_502", "status_500"]


def test_a_rule_without_probability_always_strikes(tmp_path: Path) -> None:
    assert kinds(rules(tmp_path, '[[rule]]\nfault = "status"\nstatus = 504\n')) == ["status_504"]


def test_the_draw_is_a_function_of_the_generator_alone() -> None:
    flaky = FaultRules.from_file("flaky")
    assert [kinds(flaky, seed) for seed in range(300)] == [kinds(flaky, seed) for seed in range(300)]


def test_whom_a_rule_is_about_shifts_no_chance_of_another(tmp_path: Path) -> None:
    mine = rules(tmp_path, rule(500, 0.5, 'match = { model = "gpt-5" }') + rule(503, 0.5))
    about = [kinds(mine, seed, model="gpt-5")[-1:] == ["status_503"] for seed in range(100)]
    not_about = [kinds(mine, seed)[-1:] == ["status_503"] for seed in range(100)]
    assert about == not_about
    assert 20 < sum(about) < 80


@pytest.mark.parametrize(
    ("match", "what", "strikes"),
    [
        ('model = "gpt-4o"', {}, True),
        ('model = "gpt-4o"', {"model": "gpt-4o-mini"}, False),
        ('model = "gpt-4o*"', {"model": "gpt-4o-mini"}, True),
        ('model = "gpt-4o"', {"model": None}, False),
        ('key = "sk-a"', {}, True),
        ('key = "sk-a"', {"key": "sk-b"}, False),
        ('route = "/v1/chat/*"', {}, True),
        ('route = "/v1/models"', {}, False),
        ("stream = true", {}, True),
        ("stream = false", {}, False),
        ('header = "X-Scenario"', {"headers": [(b"x-scenario", b"night")]}, True),
        ('header = "x-scenario: night"', {"headers": [(b"x-scenario", b"night")]}, True),
        ('header = "x-scenario: day"', {"headers": [(b"x-scenario", b"night")]}, False),
        ('header = "x-scenario"', {}, False),
        ('prompt = "REFUND"', {"texts": ["hello", "a refund, please"]}, True),
        ('prompt = "refund"', {"texts": ["hello"]}, False),
        ('model = "gpt-4o", stream = false', {}, False),
    ],
)
def test_a_rule_is_about_those_of_whom_all_is_true(
    tmp_path: Path, match: str, what: dict[str, Any], strikes: bool
) -> None:
    assert bool(kinds(rules(tmp_path, rule(500, 1, f"match = {{ {match} }}")), **what)) is strikes


@pytest.mark.parametrize(
    ("more", "struck"),
    [
        ("every = 3", [2, 5, 8]),
        ("first = 2", [0, 1]),
        ("at_most = 4", [0, 1, 2, 3]),
        ("every = 2\nat_most = 2", [1, 3]),
        ("from_s = 7", [7, 8, 9]),
        ("until_s = 2.5", [0, 1, 2]),
        ("from_s = 2\nuntil_s = 4", [2, 3]),
    ],
)
def test_rules_count_and_have_a_time(tmp_path: Path, more: str, struck: list[int]) -> None:
    mine = rules(tmp_path, rule(500, 1, more))
    assert [number for number in range(10) if kinds(mine, elapsed_s=float(number))] == struck


def test_only_those_count_whom_the_rule_is_about(tmp_path: Path) -> None:
    mine = rules(tmp_path, rule(500, 1, "first = 2\nmatch = { stream = true }"))
    assert [bool(kinds(mine, stream=number % 2 == 1)) for number in range(8)] == [
        *[False, True, False, True],
        *[False] * 4,
    ]


def test_a_server_is_not_ready_for_a_while(tmp_path: Path) -> None:
    mine = rules(tmp_path, '[[rule]]\nfault = "not_ready"\nfor_s = 5\n')
    assert [kinds(mine, elapsed_s=at) for at in (0.0, 4.9, 5.0)] == [["not_ready"], ["not_ready"], []]


def test_the_flaky_profile_fails_three_in_a_hundred_in_four_ways() -> None:
    flaky = FaultRules.from_file("flaky")
    drawn = Counter("+".join(kinds(flaky, seed)) or "none" for seed in range(20_000))
    expected = {"status_500": 0.01, "status_503": 0.01, "status_502": 0.005, "status_504": 0.005, "none": 0.97}
    assert set(expected) <= set(drawn)
    for kind, probability in expected.items():
        assert drawn[kind] / 20_000 == pytest.approx(probability, rel=0.25)


def test_the_start_line_tells_every_chance() -> None:
    line = "faults flaky (1 % status_500, 1 % status_503, 0.5 % status_502, 0.5 % status_504)"
    assert FaultRules.from_file("flaky").describe() == line


@pytest.mark.parametrize("name", names("faults"))
def test_every_shipped_profile_can_be_used(name: str) -> None:
    assert FaultRules.from_file(name).rules


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[rule]]\nfault = "status"\nstatus = 399', "rule.0.status: should be greater than or equal to 400, not 399"),
        (rule(500, 1, "every = 0"), "rule.0.every: should be greater than or equal to 1, not 0"),
        (rule(500, 1, "from_s = 5\nuntil_s = 5"), "rule.0: until_s should be later than from_s"),
        (rule(500, 1, "match = { modle = 'x' }"), "rule.0.match.modle: unknown key; did you mean 'model'?"),
        ('[[rule]]\nfault = "stall"\nafter_token = 1', "rule.0.after_token: unknown key; did you mean 'after_tokens'?"),
        ('[[rule]]\nfault = "status"', "rule.0.status: is missing"),
        (
            rule(500, 0.1) + rule(500, 2),
            "rule.1.probability: should be less than or equal to 1, or should be a list, not 2",
        ),
        ('[[rule]]\nfault = "statsu"', "rule.0.fault: no fault of kind 'statsu'; there are: status"),
        ('[[rule]]\nfault = "status"\nstatus = 500\nstate = 1', "rule.0.state: unknown key; did you mean 'status'?"),
        ("[[rules]]\n", "rules: unknown key; did you mean 'rule'?"),
        ("[[rule]]\nstatus = 500", "rule.0.fault: is missing"),
    ],
)
def test_a_wrong_file_is_told_in_one_line_that_names_the_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        rules(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'mine.toml'}: {message}")
    assert "\n" not in str(caught.value)
