"""JSON answers: the named keys, plausible values, and any length."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.reply.filler import FillerPool
from mockserver.reply.json_keys import Key
from mockserver.reply.json_object import json_object
from mockserver.reply.json_values import Values
from mockserver.reply.salience import Topics
from profiles.encodings import count_tokens

POOL = FillerPool(7, "o200k_base")
ABOUT = Topics(("Jill Kelley", "ERR-2075", "PDF uploads"), ("timeout",))


def value(key: Key, seed: int = 1) -> Any:
    return Values(ABOUT, random.Random(seed)).value(key)


@pytest.mark.parametrize("name", ["priority", "retryCount", "total_amount", "score", "age"])
def test_names_of_quantities_get_numbers(name: str) -> None:
    assert isinstance(value(Key(name)), int)


@pytest.mark.parametrize("name", ["tags", "keywords", "nextSteps", "items"])
def test_plurals_get_lists_of_strings(name: str) -> None:
    assert value(Key(name)) == ["Jill Kelley", "ERR-2075", "PDF uploads"]


@pytest.mark.parametrize("name", ["status", "address", "analysis", "bus"])
def test_singulars_that_end_in_s_are_not_plurals(name: str) -> None:
    assert isinstance(value(Key(name)), str)


@pytest.mark.parametrize("name", ["is_urgent", "isUrgent", "hasAttachment", "needs_reply"])
def test_questions_get_booleans_of_both_kinds(name: str) -> None:
    assert {value(Key(name), seed) for seed in range(20)} == {True, False}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Key("customer"), "Jill Kelley"),
        (Key("error_code"), "ERR-2075"),
        (Key("topic"), "Jill Kelley"),
        (Key("language"), "en"),
    ],
)
def test_names_and_codes_come_from_the_question(key: Key, expected: str) -> None:
    assert value(key) == expected


def test_a_name_of_two_words_is_preferred_for_a_person() -> None:
    assert Values(Topics(("Ann", "Jill Kelley")), random.Random(1)).value(Key("customer")) == "Jill Kelley"


def test_a_code_that_nobody_mentioned_is_null() -> None:
    assert Values(Topics(("tea",)), random.Random(1)).value(Key("order_id")) is None


def test_texts_are_sentences_about_the_topics() -> None:
    assert "PDF uploads" in value(Key("summary"))


@pytest.mark.parametrize(
    ("hint", "allowed"),
    [
        ("one of bug, wish, praise", {"bug", "wish", "praise"}),
        ('"low|high"', {"low", "high"}),
        ("red or blue", {"red", "blue"}),
        ("1-3", {1, 2, 3}),
        ("integer from 2 to 3", {2, 3}),
        ("boolean", {True, False}),
    ],
)
def test_a_hint_limits_the_values_and_all_of_them_occur(hint: str, allowed: set[object]) -> None:
    assert {value(Key("anything", hint), seed) for seed in range(60)} == allowed


@pytest.mark.parametrize("hint", ["list of strings", '["a"', "array"])
def test_a_hint_of_several_gets_a_list(hint: str) -> None:
    assert isinstance(value(Key("anything", hint)), list)


def test_a_hint_that_says_nothing_useful_leaves_it_to_the_name() -> None:
    assert isinstance(value(Key("priority", "how urgent the matter is")), int)


KEY_SETS = st.lists(
    st.sampled_from(["category", "summary", "priority", "tags", "is_new", "समस्या", "error_code", "customer"]),
    unique=True,
)


@given(KEY_SETS, st.integers(150, 400), st.integers())
def test_an_object_with_room_is_valid_has_the_keys_and_exactly_the_tokens(
    names: list[str], tokens: int, seed: int
) -> None:
    keys = [Key(name) for name in names]
    text = json_object(ABOUT, keys, tokens, POOL, random.Random(seed)).cut(None).text
    found = json.loads(text)
    assert count_tokens(text, "o200k_base") == tokens
    assert list(found)[: len(names)] == names


def test_an_object_of_its_own_length_is_short() -> None:
    draft = json_object(ABOUT, [Key("category")], None, POOL, random.Random(1))
    assert json.loads(draft.cut(None).text) == {"category": "Jill Kelley"}


def test_padding_goes_to_free_text_rather_than_to_a_choice() -> None:
    keys = [Key("team"), Key("summary"), Key("severity"), Key("kind", "bug or wish")]
    found = json.loads(json_object(ABOUT, keys, 200, POOL, random.Random(1)).cut(None).text)
    assert found["severity"] in {"low", "medium", "high"}
    assert found["kind"] in {"bug", "wish"}
    assert len(found["summary"]) > 200


def test_an_object_without_strings_gets_a_note_to_pad() -> None:
    found = json.loads(json_object(ABOUT, [Key("score")], 50, POOL, random.Random(1)).cut(None).text)
    assert list(found) == ["score", "note"]
