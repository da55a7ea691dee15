"""Which form an answer was asked for."""

import pytest

from mockserver.reply.json_keys import Key
from mockserver.reply.shape import JsonObject, Points, Prose, Shape, asked_shape
from profiles.tokens import Message


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Explain tides in three bullet points", Points(3)),
        ("Sum this up in 5 bullets", Points(5)),
        ("Four short bullet points, please", Points(4)),
        ("Use bullet points", Points(None)),
        ("As a bulleted list", Points(None)),
        ("Give me five good reasons to sleep", Points(5)),
        ("List 3 steps to reset it", Points(3, numbered=True)),
        ("99 bullets", Points(50)),
        ("0 bullets", Points(None)),
        ("What must one know who was not there? Write five bullet points.", Points(5)),
        ("Explain tides without bullet points", Prose()),
        ("Do not use bullets", Prose()),
        ("How fast is the bullet train?", Prose()),
        ("How do I parse JSON in Python?", Prose()),
        ("Why are the nights dark?", Prose()),
        ("Answer in JSON", JsonObject(())),
        ("Return only valid JSON.", JsonObject(())),
    ],
)
def test_the_last_user_message_says_the_form(text: str, shape: Shape) -> None:
    assert asked_shape([Message("user", text)], json_object=False) == shape


@pytest.mark.parametrize("role", ["system", "developer"])
def test_a_system_message_says_the_form_too(role: str) -> None:
    assert asked_shape([Message(role, "Reply in two bullet points."), Message("user", "Tea?")], json_object=False) == (
        Points(2)
    )


def test_a_system_message_that_speaks_of_steps_asks_for_no_list() -> None:
    conversation = [Message("system", "Give one or two concrete steps in each answer."), Message("user", "Tea?")]
    assert asked_shape(conversation, json_object=False) == Prose()


def test_an_earlier_user_message_no_longer_counts() -> None:
    conversation = [Message("user", "In three bullets"), Message("assistant", "- a"), Message("user", "And why?")]
    assert asked_shape(conversation, json_object=False) == Prose()


def test_the_response_format_asks_for_json_whatever_the_messages_say() -> None:
    assert asked_shape([Message("user", "Two bullets on tea")], json_object=True) == JsonObject(())


def test_the_keys_come_from_the_system_message_before_the_user_message() -> None:
    conversation = [Message("system", 'JSON with the keys "a" and "b".'), Message("user", 'The fields "x" and "y"')]
    assert asked_shape(conversation, json_object=True) == JsonObject((Key("a"), Key("b")))


def test_the_words_of_keys_and_hints_are_talk_about_the_form() -> None:
    assert JsonObject((Key("Error_Code", "low or high"),)).words == {"error_code", "low", "or", "high"}
