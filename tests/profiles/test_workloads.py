"""The shipped workloads: they load, say what they promise, and stay within the sizes they state."""

import collections
import functools
import statistics

import pytest

from harness.workload import Session, Workload
from harness.workload.sizes import first_prompt
from profiles.catalogue import load_catalogue
from profiles.encodings import count_tokens
from profiles.files import names

SHIPPED = ["agent", "basic", "caching", "conversation", "demo", "long-context", "mixed", "rate-limit", "streaming"]

PROMPT_TOKENS = {
    ("agent", "tool-call"): (130, 160),
    ("agent", "extraction"): (55, 85),
    ("basic", "question"): (110, 160),
    ("caching", "assistant"): (1630, 1800),
    ("caching", "no-common-start"): (1630, 1800),
    ("conversation", "support-chat"): (95, 130),
    ("demo", "short-question"): (35, 70),
    ("demo", "ticket-extraction"): (110, 160),
    ("demo", "summary"): (320, 420),
    ("demo", "support-chat"): (60, 85),
    ("demo", "explain"): (30, 60),
    ("long-context", "retrieval"): (500, 24_100),
    ("long-context", "whole-book"): (48_000, 96_100),
    ("mixed", "short-question"): (45, 80),
    ("mixed", "ticket-extraction"): (160, 270),
    ("mixed", "summary"): (600, 1200),
    ("rate-limit", "summary"): (210, 255),
    ("streaming", "explain"): (60, 130),
}
"""Least and most prompt tokens of a first turn, with tools and schemas."""


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
    counts = [first_prompt(session, CATALOGUE) for session in sessions(name) if session.class_name == class_name]
    assert least <= min(counts) <= max(counts) <= most


def test_no_class_is_left_out() -> None:
    drawn = {(name, session.class_name) for name in SHIPPED for session in sessions(name)}
    assert drawn == set(PROMPT_TOKENS)


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


def test_agents_call_tools_or_answer_with_json_by_a_schema_that_is_checked() -> None:
    for session in sessions("agent"):
        expect = session.turns[0].expect
        assert not session.stream
        if session.class_name == "tool-call":
            assert session.params["tool_choice"]["function"]["name"] == expect.tool_call
            assert len(session.params["tools"]) == 2
        else:
            assert session.params["response_format"]["json_schema"]["strict"]
            assert expect.problems('{"customer": "x", "article": "y", "pieces": 2, "urgent": false}') == []
            assert expect.problems('{"customer": "x", "article": "y", "pieces": "two", "urgent": false}') != []


def test_caching_has_four_beginnings_in_common_and_as_long_prompts_with_none() -> None:
    shared = [session.system for session in sessions("caching") if session.class_name == "assistant"]
    alone = [session.turns[0].user_text for session in sessions("caching") if session.class_name == "no-common-start"]
    assert {count_tokens(system or "", "o200k_base") for system in shared} == {1536}
    assert len(set(shared)) == 4
    assert len({text[:200] for text in alone}) == len(alone)


def test_long_contexts_are_mostly_of_some_thousands_and_some_users_hang_up() -> None:
    drawn = sessions("long-context")
    retrieval = [first_prompt(session, CATALOGUE) for session in drawn if session.class_name == "retrieval"]
    assert 3500 < statistics.median(retrieval) < 4500
    assert {session.class_name for session in drawn if session.turns[0].hang_up} == {"whole-book"}
