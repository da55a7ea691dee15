import collections
from collections.abc import Callable

import pytest

from harness.client.hang_up import HangUp
from harness.workload import Expect, Session, Turn, Workload
from profiles.encodings import count_tokens

Load = Callable[[str], Workload]

TALK = Session(
    index=0,
    class_name="talk",
    model="gpt-4o-mini",
    stream=True,
    params={},
    system="Be kind.",
    turns=(Turn("one", Expect()), Turn("two", Expect()), Turn("three", Expect())),
    think_times_s=(0.1, 0.2, 0.3),
)


@pytest.fixture(scope="module")
def mixed() -> Workload:
    return Workload.load("mixed", seed=5)


def test_a_session_is_a_function_of_seed_and_number(mixed: Workload) -> None:
    again = Workload.load("mixed", seed=5)
    assert [mixed.session(i) for i in range(60)] == [again.session(i) for i in range(60)]


def test_the_order_in_which_sessions_are_asked_for_does_not_matter(mixed: Workload) -> None:
    again = Workload.load("mixed", seed=5)
    forwards = {i: mixed.session(i) for i in range(60)}
    backwards = {i: again.session(i) for i in reversed(range(60))}
    assert forwards == backwards
    assert again.session(1000) == mixed.session(1000)


def test_another_seed_asks_something_else(mixed: Workload) -> None:
    other = Workload.load("mixed", seed=6)
    same = sum(mixed.session(i).turns == other.session(i).turns for i in range(200))
    assert same < 10


def test_sessions_differ_from_each_other(mixed: Workload) -> None:
    assert len({mixed.session(i).turns[0].user_text for i in range(200)}) > 150


def test_weights_are_kept_to_over_many_sessions(mixed: Workload) -> None:
    counted = collections.Counter(mixed.session(i).class_name for i in range(3000))
    assert counted["short-question"] == pytest.approx(1500, abs=15)
    assert counted["ticket-extraction"] == pytest.approx(900, abs=15)
    assert counted["summary"] == pytest.approx(600, abs=15)


def test_weights_are_kept_to_in_every_short_stretch(mixed: Workload) -> None:
    for start in range(0, 400, 20):
        counted = collections.Counter(mixed.session(i).class_name for i in range(start, start + 20))
        assert counted == {"short-question": 10, "ticket-extraction": 6, "summary": 4}


def test_classes_do_not_come_in_a_fixed_order(mixed: Workload) -> None:
    blocks = {tuple(mixed.session(i).class_name for i in range(start, start + 20)) for start in range(0, 400, 20)}
    assert len(blocks) == 20


def test_a_rare_class_comes_up_as_often_as_it_should(load: Load) -> None:
    rare = load("""
[[class]]
name = "common"
weight = 99
model = "m"
prompts = ["a"]
[[class]]
name = "rare"
model = "m"
prompts = ["b"]
""")
    assert 15 <= sum(rare.session(i).class_name == "rare" for i in range(3000)) <= 50


def test_messages_hold_the_system_message_and_the_real_replies() -> None:
    assert TALK.messages(0) == [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "one"}]
    assert TALK.messages(2, ["really 1", "really 2"]) == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "really 1"},
        {"role": "user", "content": "two"},
        {"role": "assistant", "content": "really 2"},
        {"role": "user", "content": "three"},
    ]


@pytest.mark.parametrize(("turn", "replies"), [(0, ["early"]), (1, []), (2, ["only one"])])
def test_a_turn_cannot_be_asked_without_the_replies_before_it(turn: int, replies: list[str]) -> None:
    with pytest.raises(ValueError, match=f"turn {turn} follows {turn} replies"):
        TALK.messages(turn, replies)


def test_every_turn_has_its_own_pause() -> None:
    assert [TALK.think_time_s(k) for k in range(3)] == [0.1, 0.2, 0.3]


MADE = """
[[class]]
name = "made"
model = "gpt-4"
stream = true
prompt_tokens = { uniform = { min = 40, max = 60 } }
"""


def tokens(text: str, encoding: str = "cl100k_base") -> int:
    return count_tokens(text, encoding)


def test_made_up_text_is_exact_by_the_tokenizer_of_the_model_that_is_asked(load: Load) -> None:
    mine = load(MADE)
    counts = [tokens(mine.session(i).turns[0].user_text) for i in range(200)]
    assert (min(counts), max(counts)) == (40, 60)
    exact = MADE.replace("{ uniform = { min = 40, max = 60 } }", "300")
    other = Workload.parse(exact.replace("gpt-4", "gpt-4o"), name="w", model="gpt-4")
    assert {tokens(other.session(i).turns[0].user_text) for i in range(100)} == {300}


def test_a_session_of_made_up_text_has_as_many_turns_as_are_drawn(load: Load) -> None:
    mine = load(MADE + "turns = { min = 2, max = 4 }")
    assert {len(mine.session(i).turns) for i in range(100)} == {2, 3, 4}
    assert {len(load(MADE + "turns = 3").session(i).turns) for i in range(9)} == {3}


def test_as_many_prefixes_as_asked_for_are_shared_at_the_very_beginning(load: Load) -> None:
    sessions = [load(MADE + "shared_prefix_tokens = 1024\nshared_prefixes = 4\nsystem = 'Be kind.'")] * 60
    systems = {workload.session(i).system or "" for i, workload in enumerate(sessions)}
    assert len(systems) == 4
    for system in systems:
        prefix, _, rest = system.partition("\n\n")
        assert (tokens(prefix), rest) == (1024, "Be kind.")
    alone = load(MADE + "shared_prefix_tokens = 64")
    assert {tokens(alone.session(i).system or "") for i in range(20)} == {64}
    assert len({alone.session(i).system for i in range(20)}) == 1


def test_a_share_of_sessions_asks_what_an_earlier_one_of_its_class_asked(load: Load) -> None:
    mine = load(MADE + "repeat = 0.25\nshared_prefix_tokens = 20\nshared_prefixes = 9")
    asked = [mine.session(i).messages(0)[:2] for i in range(1500)]
    repeated = [i for i, messages in enumerate(asked) if messages in asked[:i]]
    assert len(repeated) / len(asked) == pytest.approx(0.25, abs=0.03)
    two = load(MADE + "repeat = 1\n" + MADE.replace('"made"', '"other"').replace("40", "45"))
    texts = {name: set[str]() for name in ("made", "other")}
    for session in map(two.session, range(400)):
        texts[session.class_name].add(session.turns[0].user_text)
    assert len(texts["made"]) < 4
    assert len(texts["other"]) > 190
    assert not texts["made"] & texts["other"]


def test_output_tokens_are_drawn_for_each_request(load: Load) -> None:
    mine = load(MADE + "turns = 2\noutput_tokens = { uniform = { min = 5, max = 9 } }\ntemperature = 0.5")
    drawn = [mine.session(i).params_of(k) for i in range(60) for k in (0, 1)]
    assert {params["max_tokens"] for params in drawn} == {5, 6, 7, 8, 9}
    assert {params["temperature"] for params in drawn} == {0.5}


def test_a_share_of_requests_is_abandoned_on_purpose(load: Load) -> None:
    by_tokens = load(MADE + "abandon = { share = 0.2, after_tokens = 7 }")
    planned = [by_tokens.session(i).turns[0].hang_up for i in range(1000)]
    assert {plan for plan in planned if plan} == {HangUp(after_events=7)}
    assert sum(plan is not None for plan in planned) == pytest.approx(200, abs=40)
    by_time = load(MADE + "abandon = { share = 1, after_s = [2, 3] }")
    times = [plan.after_s or 0 for i in range(200) if (plan := by_time.session(i).turns[0].hang_up)]
    assert 2 <= min(times) < 2.1
    assert 2.9 < max(times) <= 3


def test_every_question_asks_for_its_own_code_and_expects_it(load: Load) -> None:
    mine = load(MADE + "turns = 2\nexpect = { echo_nonce = true }")
    codes = set()
    for session in map(mine.session, range(30)):
        for turn in session.turns:
            assert turn.expect.echo is not None
            codes.add(turn.expect.echo.code)
            assert turn.user_text.endswith(turn.expect.echo.code)
            assert turn.expect.problems(f"Here: {turn.expect.echo.code}") == []
            assert turn.expect.problems("Here") != []
    assert len(codes) == 60


def test_a_scenario_s_code_is_asked_for_too(load: Load) -> None:
    text = """
[[class]]
name = "talk"
model = "gpt-4o-mini"
scenario = [{ turns = ["Hello"], expect = { echo_nonce = true } }]
"""
    assert "Repeat this code" in load(text).session(0).turns[0].user_text
