import collections
from collections.abc import Callable

import pytest

from harness.workload import Expect, Session, Turn, Workload

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
