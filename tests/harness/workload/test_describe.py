from collections.abc import Callable

from harness.workload import Workload
from harness.workload.describe import describe
from profiles.catalogue import load_catalogue

Load = Callable[[str], Workload]


def test_a_class_is_described_by_its_share_size_and_questions(load: Load) -> None:
    workload = load("""
description = "Two kinds"
[[class]]
name = "short"
weight = 3
model = "gpt-4o-mini"
prompts = ["hello world"]
think_time_s = [1, 1]
[[class]]
name = "long"
model = "not-in-the-catalogue"
stream = true
max_tokens = 50
scenario = [{turns = ["begin", "go on"]}, {turns = ["begin", "go on", "stop"]}]
""")
    text = describe(workload, load_catalogue())
    head, classes, *asked = text.split("\n\n")
    assert head == "mine: Two kinds"
    assert [line.split() for line in classes.splitlines()[1:]] == [
        ["short", "75%", "gpt-4o-mini", "unstreamed", "1", "9", "-", "1", "s"],
        ["long", "25%", "not-in-the-catalogue", "streamed", "2-3", "8", "50", "1-3", "s"],
    ]
    assert asked[0] == "short\n  - hello world\n  - hello world"
    assert asked[1].startswith("long\n  - ")
    assert "begin\n    go on" in asked[1]


def test_a_long_question_takes_one_line() -> None:
    text = describe(Workload.load("mixed", seed=1), load_catalogue())
    assert max(map(len, text.splitlines())) <= 120


def test_as_many_samples_are_shown_as_asked_for() -> None:
    text = describe(Workload.load("basic", seed=1), load_catalogue(), samples=4)
    assert text.count("\n  - ") == 4
