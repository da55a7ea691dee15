"""What sessions take: least, as usual and at most."""

from collections.abc import Callable

from harness.workload import Workload
from harness.workload.appetite import Appetite, Need, appetites
from profiles.catalogue import load_catalogue

Load = Callable[[str], Workload]


def of(workload: Workload, model: str | None = None) -> dict[str, Appetite]:
    drawn = [workload.session(index) for index in range(40)]
    return {each.name: each for each in appetites(drawn, load_catalogue(), model)}


CHAT = """
[[class]]
name = "chat"
weight = 3
model = "gpt-4o-mini"
max_tokens = 500
think_time_s = [2, 2]
scenario = [{turns = ["begin", "go on"]}]
[[class]]
name = "short"
model = "gpt-4o-mini"
output_tokens = { fixed = 80 }
think_time_s = [0, 0]
prompts = ["hello"]
"""


def test_answers_are_as_usual_unless_their_length_is_drawn_and_all_of_max_tokens_at_worst(load: Load) -> None:
    found = of(load(CHAT))
    chat, short = found["chat"], found["short"]
    assert (chat.share, chat.calls, chat.pause_s) == (0.75, 2, 4)
    assert [chat.needs[case].completion for case in ("low", "expected", "worst")] == [100, 400, 1_000]
    assert [short.needs[case].completion for case in ("low", "expected", "worst")] == [40, 80, 80]


def test_replies_count_in_the_prompts_after_them(load: Load) -> None:
    chat = of(load(CHAT))["chat"]
    assert chat.needs["worst"].prompt - chat.needs["expected"].prompt == 300
    assert chat.needs["expected"].prompt - chat.needs["low"].prompt == 150


def test_a_reasoning_model_thinks_and_its_thoughts_are_in_no_later_prompt(load: Load) -> None:
    plain, thinking = (of(load(CHAT), model)["chat"].needs["low"] for model in ("gpt-4o-mini", "o3-mini"))
    assert (thinking.reasoning, thinking.completion) == (200, plain.completion + 200)
    assert abs(thinking.prompt - plain.prompt) <= 2


def test_without_a_bound_the_worst_is_the_longest_answer_of_the_model(load: Load) -> None:
    open_ended = load('[[class]]\nname = "a"\nmodel = "gpt-4o-mini"\nprompts = ["x"]\n')
    assert of(open_ended)["a"].needs["worst"].completion == 16_384


def test_only_in_the_low_case_what_came_before_is_cached(load: Load) -> None:
    long = load("""
[[class]]
name = "long"
model = "gpt-4o-mini"
max_tokens = 10
prompt_tokens = { fixed = 2000 }
turns = 2
""")
    needs: dict[str, Need] = dict(of(long)["long"].needs)
    assert needs["low"].cached > 1_900
    assert (needs["expected"].cached, needs["worst"].cached) == (0, 0)
