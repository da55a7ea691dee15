"""Prompts of a given size."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.load.prompt import fitted, sized
from harness.load.words import WORDS
from profiles.catalogue import ModelFacts, load_catalogue
from profiles.encodings import NAMES, count_tokens
from profiles.tokens import Message, prompt_tokens

FACTS = load_catalogue().resolve("gpt-4o-mini") or ModelFacts("", "", "")
SYSTEM = {"role": "system", "content": "You answer questions about invoices."}
USER = {"role": "user", "content": "Why was I charged twice?\n"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("before", ["", " "])
def test_a_word_is_a_token(name: str, before: str) -> None:
    assert {count_tokens(before + word, name) for word in WORDS} == {1}


@settings(max_examples=200)
@given(st.text(max_size=60), st.integers(1, 120), st.sampled_from(NAMES), st.integers(0, 9))
def test_any_text_can_be_made_any_number_of_tokens(text: str, tokens: int, name: str, seed: int) -> None:
    assert count_tokens(sized(text, tokens, name, Random(seed)), name) == tokens


def counted(messages: list[dict[str, str]]) -> int:
    return prompt_tokens([Message(message["role"], message["content"]) for message in messages], FACTS)


@pytest.mark.parametrize("tokens", [8, 9, 12, 17, 18, 19, 24, 25, 30, 500, 5000])
def test_a_request_is_exactly_as_many_tokens_as_it_is_told(tokens: int) -> None:
    assert counted(fitted([SYSTEM, USER], tokens, FACTS, Random(1))) == tokens


def test_what_is_asked_stays_in_front_and_the_rest_is_the_seeds() -> None:
    system, user = fitted([SYSTEM, USER], 60, FACTS, Random(1))
    assert system == SYSTEM
    assert user["content"].startswith("Why was I charged twice? ")
    assert fitted([SYSTEM, USER], 60, FACTS, Random(1)) == [system, user]
    assert fitted([SYSTEM, USER], 60, FACTS, Random(2)) != [system, user]
    assert USER["content"].endswith("\n"), "the messages that were given are as they were"


def test_what_leads_up_to_a_question_goes_where_there_is_no_room_for_it() -> None:
    assert fitted([SYSTEM, USER], 12, FACTS, Random(1)) == [{"role": "user", "content": "Why was I charged twice"}]
    assert counted(fitted([SYSTEM, USER], 1, FACTS, Random(1))) == 8
