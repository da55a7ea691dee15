from collections.abc import Callable

import pytest

from harness.workload import Workload
from harness.workload.describe import describe
from harness.workload.sizes import histogram
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
    assert len(asked) == 2, "nothing is drawn of prompts that are all alike"
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


MADE = """
[run]
users = 5
slo = ["made:complete >= 99%"]
timeouts = { idle_s = 3 }
[[class]]
name = "made"
model = "gpt-4o-mini"
system = "Be kind."
prompt_tokens = { uniform = { min = 100, max = 300 } }
turns = 2
max_tokens = 50
think_time_s = [2, 2]
slo = ["ttft_ms.p95 < 800 ms"]
"""
FIRST, SECOND = 3 + 7 + 4, 4 + 50 + 4
"""What is around the texts of the two turns: priming, system message, the turn itself; a reply of 50, the turn."""


def test_sizes_are_drawn_as_a_picture_between_the_least_and_the_most(load: Load) -> None:
    text = describe(load(MADE), load_catalogue())
    (line,) = [line for line in text.splitlines() if "mean" in line]
    name, least, *bars, most, _, mean = line.split()
    assert (name, set("".join(bars)) <= set("▁▂▃▄▅▆▇█")) == ("made", True)
    assert 100 + FIRST <= int(least) < 110 + FIRST < int(mean) < 290 + FIRST < int(most) <= 300 + FIRST


def test_tokens_per_minute_are_those_of_all_turns_at_a_rate_or_of_so_many_users(load: Load) -> None:
    exact = load(MADE.replace("{ uniform = { min = 100, max = 300 } }", "200"))
    prompts = (FIRST + 200) + (FIRST + 200 + SECOND + 200)
    at_rate = describe(exact, load_catalogue(), rate_per_s=2)
    assert f"2 sessions/s: 240 requests, {120 * prompts:,} prompt tokens and at most 12,000 completion" in at_rate
    of_users = describe(exact, load_catalogue(), users=4)
    assert f"4 users, if answers took no time: 120 requests, {60 * prompts:,} prompt tokens" in of_users
    assert "per minute" not in describe(exact, load_catalogue())
    own = load(MADE.replace('name = "made"', 'name = "made"\nrate = 0.5'))
    assert "0.5 sessions/s: 60 requests" in describe(own, load_catalogue())


def test_what_nothing_bounds_has_no_most(load: Load) -> None:
    text = describe(load(MADE.replace("max_tokens = 50", "")), load_catalogue(), rate_per_s=1, users=3)
    assert text.count("no bound on completion tokens") == 2
    hasty = describe(load(MADE.replace("[2, 2]", "[0, 0]")), load_catalogue(), users=3)
    assert "3 users who never pause: as many requests as the server answers" in hasty


def test_slos_and_the_run_table_are_shown(load: Load) -> None:
    text = describe(load(MADE), load_catalogue())
    assert "SLOs\n  made:complete >= 99%\n  class=made: ttft_ms.p95 < 800 ms\n" in text
    assert "run: users 5, idle_s 3.0" in text


@pytest.mark.parametrize(
    ("counts", "picture"),
    [([7, 7], "7"), ([1, 2, 2, 3], "1 ▅█▅ 3"), ([1, 1, 3], "1 █ ▅ 3"), (list(range(1000, 1500)), None)],
)
def test_a_picture_has_a_column_for_each_size_as_long_as_there_is_room(counts: list[int], picture: str | None) -> None:
    assert histogram(counts) == (picture or f"1,000 {'█' * 24} 1,499")
