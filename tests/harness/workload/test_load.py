import re
from collections.abc import Callable

import pytest

from harness.workload import Workload
from profiles import ProfileError

Load = Callable[[str], Workload]

CLASS = """
[[class]]
name = "a"
model = "gpt-4o-mini"
"""
PLAIN = CLASS + 'prompts = ["Hello"]\n'


@pytest.mark.parametrize(
    ("text", "key", "part"),
    [
        ("", "class", "is missing"),
        ("class = []", "class", "at least 1 item"),
        ("[[class]]\nname = 'a'\nprompts = ['x']", "class.0.model", "is missing"),
        (CLASS, "class.0", "needs exactly one of 'prompts' and 'scenario'"),
        (CLASS + "prompts = []", "class.0.prompts", "at least 1 item"),
        (CLASS + "prompts = ['']", "class.0.prompts.0", "at least 1 character"),
        (CLASS + "prompts = ['x']\nscenario = [{turns = ['y']}]", "class.0", "needs exactly one of"),
        (PLAIN + "weight = 0", "class.0.weight", "greater than 0"),
        (PLAIN + "wieght = 2", "class.0.wieght", "did you mean 'weight'?"),
        (PLAIN + "think_time_s = [3, 1]", "class.0", "[shortest, longest]"),
        (PLAIN + "think_time_s = [-1, 1]", "class.0.think_time_s.0", "greater than or equal to 0"),
        (PLAIN + "max_tokens = 0", "class.0.max_tokens", "greater than or equal to 1"),
        (PLAIN + "temperature = 3", "class.0.temperature", "less than or equal to 2"),
        (PLAIN + "response_format = 'xml'", "class.0.response_format", "'xml'"),
        (PLAIN + "expect = { any_of = [] }", "class.0.expect.any_of", "at least 1 item"),
        (PLAIN + "expect = { any_of = [''] }", "class.0.expect.any_of.0", "at least 1 character"),
        (PLAIN + PLAIN, "", "two classes are named 'a'"),
        (CLASS.replace('"a"', '"a b"') + "prompts = ['x']", "class.0.name", "match pattern"),
        (
            CLASS + "prompts = ['ok', 'dear {{nmae}}']",
            "class.0.prompts.1",
            "{{nmae}} does not name a pool of this file",
        ),
        (CLASS + "system = '{{x}}'\nprompts = ['y']", "class.0.system", "{{x}} does not name a pool"),
        (CLASS + "[[class.scenario]]\nturns = ['x', '{{y}}']", "class.0.scenario.0.turns.1", "{{y}} does not name"),
        (CLASS + "prompts = ['{{first name}}']", "class.0.prompts.0", "opens no placeholder"),
        (CLASS + "prompts = ['{{']", "class.0.prompts.0", "write {{name}}, or {{name.2}}"),
        ("[pools.p]\n" + PLAIN, "pools.p", "needs exactly one of 'faker' and 'choices'"),
        ("[pools.p]\nfaker = 'city'\nchoices = ['x']\n" + PLAIN, "pools.p", "needs exactly one of"),
        ("[pools.p]\nchoices = ['x']\nsize = 3\n" + PLAIN, "pools.p", "'size' goes with 'faker'"),
        ("[pools.p]\nchoices = ['x']\nargs = {}\n" + PLAIN, "pools.p", "'args' goes with 'faker'"),
        ("[pools.p]\nfaker = 'city'\nsize = 0\n" + PLAIN, "pools.p.size", "greater than or equal to 1"),
        ("[pools.p]\nfaker = 'ctiy'\n" + PLAIN, "pools.p.faker", "did you mean 'city'?"),
        (
            "[pools.p]\nchoices = ['x', '{{p}}']\n" + PLAIN,
            "pools.p.choices.1",
            "{{p}} does not name a pool before this",
        ),
        (
            "[pools.p]\nchoices = ['{{q}}']\n[pools.q]\nchoices = ['x']\n" + PLAIN,
            "pools.p.choices.0",
            "there are: none",
        ),
        ("[pools.p]\nchoices = ['{{ }}']\n" + PLAIN, "pools.p.choices.0", "opens no placeholder"),
        ("[[class]\n", "", "not valid TOML"),
    ],
)
def test_a_bad_file_is_named_with_its_key_in_one_line(load: Load, text: str, key: str, part: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load(text)
    assert caught.value.file.endswith("mine.toml")
    assert caught.value.key == key
    assert part in caught.value.why
    assert len(str(caught.value).splitlines()) == 1


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(ProfileError, match=re.escape("did you mean 'conversation'?")):
        Workload.load("conversion", seed=1)


def test_a_workload_is_called_like_its_file(load: Load) -> None:
    assert load(PLAIN).name == "mine"
    assert Workload.load("basic", seed=1).name == "basic"
