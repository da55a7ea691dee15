"""The shipped workloads: they load, say what they promise, and stay within the sizes they state."""

import collections
import functools

import pytest

from harness.workload import Session, Workload
from profiles.catalogue import load_catalogue
from profiles.files import names
from profiles.tokens import Message, prompt_tokens

SHIPPED = ["basic", "conversation", "demo", "mixed", "rate-limit", "streaming"]

PROMPT_TOKENS = {
    ("basic", "question"): (110, 160),
    ("conversation", "support-chat"): (95, 130),
    ("demo", "short-question"): (35, 70),
    ("demo", "ticket-extraction"): (110, 160),
    ("demo", "summary"): (320, 420),
    ("demo", "support-chat"): (60, 85),
    ("demo", "explain"): (30, 60),
    ("mixed", "short-question"): (45, 80),
    ("mixed", "ticket-extraction"): (160, 270),
    ("mixed", "summary"): (600, 1200),
    ("rate-limit", "summary"): (210, 255),
    ("streaming", "explain"): (60, 130),
}
"""Least and most prompt tokens of a first turn."""


CATALOGUE = load_catalogue()


@functools.cache
def sessions(name: str) -> tuple[Session, ...]:
    workload = Workload.load(name, seed=2)
    return tuple(workload.session(i) for i in range(400))


def test_these_are_shipped() -> None:
    assert names("workloads") == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_no_placeholder_is_left_in_any_prompt(name: str) -> None:
    for session in sessions(name):
        texts = [session.system or "", *(turn.user_text for turn in session.turns)]
        assert not any("{{" in text or "}}" in text or "  " in text for text in texts)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_model_is_one_of_the_catalogue_that_takes_these_parameters(name: str) -> None:
    for model in {session.model for session in sessions(name)}:
        facts = CATALOGUE.resolve(model)
        assert facts is not None
        assert not facts.reasoning


@pytest.mark.parametrize(("name", "class_name"), PROMPT_TOKENS)
def test_prompts_are_as_long_as_they_are_said_to_be(name: str, class_name: str) -> None:
    least, most = PROMPT_TOKENS[name, class_name]
    counts = [first_turn_tokens(session) for session in sessions(name) if session.class_name == class_name]
    assert least <= min(counts) <= max(counts) <= most


def test_no_class_is_left_out() -> None:
    drawn = {(name, session.class_name) for name in SHIPPED for session in sessions(name)}
    assert drawn == set(PROMPT_TOKENS)


def first_turn_tokens(session: Session) -> int:
    facts = CATALOGUE.resolve(session.model)
    assert facts is not None
    return prompt_tokens([Message(m["role"], m["content"]) for m in session.messages(0)], facts)


def test_basic_asks_one_short_question_unstreamed() -> None:
    for session in sessions("basic"):
        assert (session.stream, len(session.turns), session.params["max_tokens"]) == (False, 1, 160)
        assert 1 <= session.think_time_s(0) <= 3


def test_mixed_asks_for_json_with_the_keys_that_it_expects() -> None:
    for session in (each for each in sessions("mixed") if each.class_name == "ticket-extraction"):
        assert session.params["response_format"] == {"type": "json_object"}
        keys = session.turns[0].expect.json_keys
        assert len(keys) == 7
        assert all(f'"{key}"' in (session.system or "") for key in keys)


def test_mixed_streams_some_classes_and_not_others() -> None:
    assert {(s.class_name, s.stream) for s in sessions("mixed")} == {
        ("short-question", True),
        ("ticket-extraction", False),
        ("summary", True),
    }


def test_conversations_have_three_to_five_turns_and_at_least_eight_subjects() -> None:
    subjects = {(s.turns[0].expect.also[0].any_of, len(s.turns)) for s in sessions("conversation")}
    assert len(subjects) >= 8
    assert {turns for _, turns in subjects} == {3, 4, 5}
    assert all(session.stream for session in sessions("conversation"))


@pytest.mark.parametrize("name", ["conversation", "streaming", "demo"])
def test_an_opening_question_would_itself_count_as_relevant(name: str) -> None:
    """A word that the question does not hold could not be asked of every good answer."""
    for session in sessions(name):
        for expect in session.turns[0].expect.also:
            assert expect.problems(session.turns[0].user_text) == []


@pytest.mark.parametrize("name", ["conversation", "streaming", "demo"])
def test_an_answer_about_something_else_is_noticed(name: str) -> None:
    checked = [s for s in sessions(name) if any(expect.any_of for expect in s.turns[0].expect.also)]
    assert checked
    assert all(s.turns[0].expect.problems("I am sorry, but as for that I really cannot say.") for s in checked)


def test_streaming_explains_more_than_twenty_concepts_in_220_tokens() -> None:
    assert len({session.turns[0].expect.also[0].any_of for session in sessions("streaming")}) > 20
    assert {(session.stream, session.params["max_tokens"]) for session in sessions("streaming")} == {(True, 220)}


def test_demo_asks_about_as_much_of_every_class() -> None:
    requests = collections.Counter[str]()
    for session in sessions("demo"):
        requests[session.class_name] += len(session.turns)
    assert len(requests) == 5
    assert min(requests.values()) / sum(requests.values()) > 0.15


def test_demo_has_all_kinds() -> None:
    assert {session.stream for session in sessions("demo")} == {True, False}
    assert {len(session.turns) for session in sessions("demo")} == {1, 3}
    assert len({session.model for session in sessions("demo")}) == 4
    assert max(pause for session in sessions("demo") for pause in session.think_times_s) < 1
