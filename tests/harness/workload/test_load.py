import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.workload import Workload, load_run_table
from profiles import ProfileError

Load = Callable[[str], Workload]

CLASS = """
[[class]]
name = "a"
model = "gpt-4o-mini"
"""
PLAIN = CLASS + 'prompts = ["Hello"]\n'
OTHER = PLAIN.replace('"a"', '"other"')
AMOUNT = "class.0.prompt_tokens"
NORMAL, EMPIRICAL = f"{AMOUNT}.normal", f"{AMOUNT}.empirical"


@pytest.mark.parametrize(
    ("text", "key", "part"),
    [
        ("", "class", "is missing"),
        ("class = []", "class", "at least 1 item"),
        ("[[class]]\nname = 'a'\nprompts = ['x']", "class.0.model", "is missing"),
        (CLASS, "class.0", "needs exactly one of 'prompts', 'scenario', 'prompts_from' and 'prompt_tokens'"),
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
        (PLAIN + "rate = 1\nweight = 2", "class.0", "both 'weight' and 'rate'"),
        (PLAIN + "rate = 1\n" + OTHER, "", "either every class has a rate or none has; 'other' has none"),
        (PLAIN + "rate = 0", "class.0.rate", "greater than 0"),
        (PLAIN + "turns = 2", "class.0", "'turns' goes with 'prompt_tokens'"),
        (PLAIN + "shared_prefixes = 2", "class.0", "'shared_prefixes' goes with 'shared_prefix_tokens'"),
        (PLAIN + "max_tokens = 2\noutput_tokens = 2", "class.0", "both 'max_tokens' and 'output_tokens'"),
        (PLAIN + "repeat = 2", "class.0.repeat", "less than or equal to 1"),
        (PLAIN + "repeat = 0.1\nexpect = {echo_nonce = true}", "class.0", "'repeat' needs them alike"),
        (PLAIN + "abandon = {share = 0.5}", "class.0.abandon", "exactly one of 'after_s' and 'after_tokens'"),
        (PLAIN + "abandon = {share = 0.5, after_tokens = 3}", "class.0", "goes with stream = true"),
        (PLAIN + "abandon = {share = 0.5, after_s = [3, 1]}", "class.0.abandon", "[shortest, longest]"),
        (PLAIN + "abandon = {share = 2, after_s = [1, 1]}", "class.0.abandon.share", "less than or equal to 1"),
        (CLASS + "prompt_tokens = 0", "class.0.prompt_tokens", "greater than or equal to 1"),
        (CLASS + "prompt_tokens = {}", "class.0.prompt_tokens", "needs exactly one of fixed, uniform,"),
        (CLASS + "prompt_tokens = {fixed = 3, uniform = {min = 1, max = 2}}", "class.0.prompt_tokens", "exactly one"),
        (CLASS + "prompt_tokens = {unifrom = {min = 1, max = 2}}", "class.0.prompt_tokens.unifrom", "'uniform'?"),
        (CLASS + "prompt_tokens = {uniform = {min = 3, max = 2}}", "class.0.prompt_tokens.uniform", "more than max"),
        (CLASS + "prompt_tokens = {normal = {mean = 3, sd = 1, min = 3, max = 2}}", NORMAL, "more than max"),
        (CLASS + "prompt_tokens = {lognormal = {sigma = 1}}", f"{AMOUNT}.lognormal", "'median' and 'mean'"),
        (CLASS + "prompt_tokens = {empirical = {values = [1], weights = [1, 2]}}", EMPIRICAL, "as many weights"),
        (PLAIN + "tools = 'x'", "class.0.tools", "not valid JSON"),
        (PLAIN + "tools = '{}'", "class.0.tools", "not a list of tools"),
        (PLAIN + "tools = [{function = {nam = 'x'}}]", "class.0.tools.0.function.nam", "did you mean 'name'?"),
        (PLAIN + "tool_choice = 'auto'", "class.0", "'tool_choice' goes with 'tools'"),
        (PLAIN + "tool_choice = 'b'\ntools = [{function = {name = 'a'}}]", "class.0", "auto, none, required or a tool"),
        (PLAIN + "expect = {tool_call = 'b'}", "class.0", "none of the tools"),
        (PLAIN + "response_format = {name = 'x'}", "class.0.response_format.schema", "is missing"),
        (PLAIN + "expect = {regex = '('}", "class.0.expect.regex", "no regular expression"),
        (PLAIN + "expect = {regex = ['a', '(']}", "class.0.expect.regex.1", "no regular expression"),
        (PLAIN + "expect = {json_schema = {type = 'obj'}}", "class.0.expect.json_schema", "no JSON Schema: $.type"),
        (PLAIN + "expect = {json_schema = {'$ref' = 'http://x/y'}}", "class.0.expect.json_schema", "is not in it"),
        (PLAIN + "expect = {min_tokens = 0}", "class.0.expect.min_tokens", "greater than or equal to 1"),
        (PLAIN + "timeouts = {idle_s = 0}", "class.0.timeouts.idle_s", "greater than 0"),
        (PLAIN + "timeouts = {idel_s = 1}", "class.0.timeouts.idel_s", "did you mean 'idle_s'?"),
        (PLAIN + "retry = 'always'", "class.0.retry", "no retry policy"),
        (PLAIN + "slo = ['fast']", "class.0.slo.0", "is no SLO; write for example"),
        (PLAIN + "slo = ['b:complete > 9%']", "class.0.slo.0", "stands in a class and is about it; leave 'b:' out"),
        (PLAIN + "goodput = ['fast']", "class.0.goodput.0", "'fast' is no objective of a request; write for example"),
        (
            PLAIN + "goodput = ['b: ttft < 1s']",
            "class.0.goodput.0",
            "stands in a class and is about it; leave 'b:' out",
        ),
        ("[run]\ngoodput = ['b: ttft < 1s']\n" + PLAIN, "run.goodput.0", "no class is named 'b'; there are: "),
        ("[run]\nslo = ['complete > 9']\n" + PLAIN, "run.slo.0", "complete is a share; write for example 9%"),
        ("[run]\nuser = 3\n" + PLAIN, "run.user", "did you mean 'users'?"),
        ("[run]\nusers = 0\n" + PLAIN, "run.users", "greater than or equal to 1"),
        (CLASS + "prompts_from = 'gone.jsonl'", "class.0.prompts_from", "no such file"),
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


def test_the_seed_is_the_one_of_the_run_table_unless_another_is_given() -> None:
    text = "[run]\nseed = 9\n" + CLASS + "prompt_tokens = 20"
    assert Workload.parse(text, name="w").seed == 9
    assert Workload.parse(text, name="w", seed=3).seed == 3
    assert Workload.parse(PLAIN, name="w").seed == 0


def test_rates_add_up_to_the_rate_of_the_workload() -> None:
    both = Workload.parse(PLAIN + "rate = 1.5\n" + OTHER + "rate = 0.5", name="w")
    assert both.rate_per_s == 2.0
    drawn = [both.session(i).class_name for i in range(400)]
    assert drawn.count("a") == 300
    assert Workload.parse(PLAIN, name="w").rate_per_s is None


@pytest.mark.parametrize(
    ("run", "rates", "expected"),
    [
        ("", (1.5, 0.5), 2.0),
        ("rate = 7.0", (1.5, 0.5), 7.0),
        ("", (None, None), None),
        ("users = 'ramp'", (1.5, 0.5), None),
    ],
)
def test_a_run_begins_as_many_sessions_as_the_classes_together_say(
    tmp_path: Path, run: str, rates: tuple[float | None, ...], expected: float | None
) -> None:
    classes = "".join(
        f"[[class]]\nname = 'c{number}'\nmodel = 'gpt-4o'\nprompts = ['Hi']\n"
        + ("" if rate is None else f"rate = {rate}\n")
        for number, rate in enumerate(rates)
    )
    (tmp_path / "mine.toml").write_text(f"[run]\n{run}\n{classes}")
    assert load_run_table(str(tmp_path / "mine.toml")).rate == expected
