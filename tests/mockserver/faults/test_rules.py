from collections import Counter
from pathlib import Path

import pytest

from mockserver.chance import Draws
from mockserver.faults import NO_FAULT, FaultRules
from profiles import ProfileError
from profiles.files import names


def _draws(seed: int) -> Draws:
    return Draws(seed, b"", None, "fault")


def rules(folder: Path, text: str) -> FaultRules:
    file = folder / "mine.toml"
    file.write_text(text)
    return FaultRules.from_file(str(file))


def rule(status: int, probability: float) -> str:
    return f'[[rule]]\nfault = "status"\nstatus = {status}\nprobability = {probability}\n'


def test_off_is_a_word_and_nothing_strikes() -> None:
    assert FaultRules.from_file("off") == FaultRules.off()
    assert FaultRules.off().draw(_draws(1)) is NO_FAULT
    assert FaultRules.off().describe() == "faults off"


def test_a_certain_fault_always_strikes_and_an_impossible_one_never(tmp_path: Path) -> None:
    mine = rules(tmp_path, rule(500, 0) + rule(503, 1))
    assert {mine.draw(_draws(seed)).kind for seed in range(200)} == {"status_503"}


def test_the_first_rule_that_strikes_wins(tmp_path: Path) -> None:
    mine = rules(tmp_path, rule(502, 1) + rule(500, 1))
    assert mine.draw(_draws(1)).kind == "status_502"


def test_a_rule_without_probability_always_strikes(tmp_path: Path) -> None:
    assert rules(tmp_path, '[[rule]]\nfault = "status"\nstatus = 504\n').draw(_draws(1)).kind == "status_504"


def test_the_draw_is_a_function_of_the_generator_alone() -> None:
    flaky = FaultRules.from_file("flaky")
    assert [flaky.draw(_draws(seed)) for seed in range(300)] == [flaky.draw(_draws(seed)) for seed in range(300)]


def test_the_flaky_profile_fails_three_in_a_hundred_in_four_ways() -> None:
    flaky = FaultRules.from_file("flaky")
    drawn = Counter(flaky.draw(_draws(seed)).kind for seed in range(20_000))
    expected = {"status_500": 0.01, "status_503": 0.01, "status_502": 0.005, "status_504": 0.005, "none": 0.97}
    assert set(drawn) == set(expected)
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
        ('[[rule]]\nfault = "status"\nstatus = 418', "rule.0.status: should be 500, 502, 503 or 504, not 418"),
        ('[[rule]]\nfault = "status"', "rule.0.status: is missing"),
        (rule(500, 0.1) + rule(500, 2), "rule.1.probability: should be less than or equal to 1, not 2"),
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
