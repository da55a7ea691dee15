"""What a conversation is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.reply.salience import Topics, topics
from mockserver.reply.words import clauses
from profiles.tokens import Message


def user(text: str) -> Message:
    return Message("user", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A user reports that PDF uploads fail with a timeout", ("PDF uploads", "timeout")),
        ("What is a deadlock, and how do programs stay clear of it?", ("deadlock", "programs")),
        ("Our Wickerbox Webshop shows ERR-0438 when it starts.", ("Wickerbox Webshop", "ERR-0438")),
        ("Please explain this to me step by step in three sentences, thanks!", ()),
        ("still the same", ()),
        ("PDF上传失败", ("PDF", "上传失败")),
        ("समस्या", ("समस्या",)),
        ("O’Brien can’t find John’s invoice", ("O'Brien", "John's invoice")),
        ("🚀🚀 ??", ()),
        ("", ()),
        ("9 of 12 seats", ("seats",)),
    ],
)
def test_topics_are_the_phrases_that_are_not_grammar_or_talk_about_the_answer(text: str, expected: tuple[str]) -> None:
    assert topics([user(text)]).current == expected


def test_what_is_said_often_comes_before_what_is_said_once() -> None:
    assert topics([user("A door, a lamp. The lamp is here. Which lamp?")]).current == ("lamp", "door")


def test_a_follow_up_that_names_nothing_still_has_the_topics_of_the_report() -> None:
    conversation = [user("PDF uploads fail with a timeout"), Message("assistant", "Check it."), user("still the same")]
    assert topics(conversation) == Topics((), ("PDF uploads", "timeout"))


def test_the_first_message_keeps_its_place_among_many() -> None:
    later = [user(f"And the {word}?") for word in ("colour", "weight", "price", "height", "depth", "smell")]
    assert topics([user("The kettle leaks into the cupboard"), *later]).earlier[:2] == ("kettle leaks", "cupboard")


def test_only_what_users_say_is_a_topic() -> None:
    assert topics([Message("system", "You know tides."), user("Hello"), Message("assistant", "Whales!")]) == Topics(())
    assert topics([]) == Topics(())


def test_a_topic_is_not_repeated_as_an_earlier_one() -> None:
    assert topics([user("The timeout and the invoice"), user("The timeout")]) == Topics(("timeout",), ("invoice",))


def test_of_many_earlier_messages_the_first_and_the_latest_are_read() -> None:
    said = [user(word) for word in ("kettle", "lamp", "ladder", "carpet", "violin", "And now?")]
    assert topics(said).earlier == ("kettle", "ladder", "carpet", "violin")


def test_a_name_weighs_more_than_a_word_but_a_capital_that_opens_a_clause_makes_no_name() -> None:
    assert topics([user("the lamp, the Lighthouse")]).current == ("Lighthouse", "lamp")
    assert topics([user("some lamp, Lighthouse")]).current == ("lamp", "Lighthouse")


def test_topics_are_limited_in_number() -> None:
    assert len(topics([user("moon, sun, star, cloud, rain")], at_most=2).current) == 2


def test_the_end_of_a_long_message_is_read_as_well_as_its_beginning() -> None:
    text = "kettle. " + "the " * 2000 + "cupboard"
    assert topics([user(text)]).current == ("kettle", "cupboard")


def test_mixed_topics_take_turns_and_none_is_lost() -> None:
    assert Topics(("a", "b", "c"), ("x",)).mixed == ("a", "x", "b", "c")


def test_topics_without_words_lose_those_that_are_nothing_else() -> None:
    assert Topics(("category", "category five", "tea")).without({"category"}) == Topics(("category five", "tea"))


@given(st.text())
def test_any_text_has_clauses_of_words_without_white_space(text: str) -> None:
    for clause in clauses(text):
        assert all(word and not any(letter.isspace() for letter in word) for word in clause)
