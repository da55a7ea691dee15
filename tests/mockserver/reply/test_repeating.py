"""Codes that a user wants to hear again."""

import pytest

from mockserver.reply import Length
from mockserver.reply.repeating import without_requests
from profiles.encodings import encoding
from profiles.tokens import Message
from tests.mockserver.reply.test_writer import write

ASKED = "Why does the upload fail?\n\nRepeat this code in your answer: echo-17-0-ab12cd34"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ASKED, "echo-17-0-ab12cd34"),
        ("Please echo the code: X7.", "X7"),
        ("quote my code at the end: a-b_c", "a-b_c"),
        ("Repeat this code: -", None),
        ("Repeat this sentence: hello", None),
        ("Repeat this code: X7" + " and go on" * 40, None),
        ("", None),
    ],
)
def test_a_code_is_asked_for_at_the_end_of_a_message(text: str, code: str | None) -> None:
    assert without_requests([Message("user", text)])[1] == code


def test_what_the_conversation_is_about_is_kept_without_the_request() -> None:
    earlier = [Message("system", ASKED), Message("user", ASKED), Message("assistant", ASKED)]
    kept, code = without_requests([*earlier, Message("user", "And now?")])
    assert code is None
    assert [message.text for message in kept] == [ASKED, "Why does the upload fail?", ASKED, "And now?"]


@pytest.mark.parametrize("length", [30, 80, 400])
@pytest.mark.parametrize("asked", [ASKED, f"Give me three reasons. {ASKED}"])
def test_an_answer_begins_with_the_code_and_is_as_long_as_without(asked: str, length: int) -> None:
    wanted = Length(length, exact=True, cap=None)
    reply = write(asked, wanted)
    assert reply.text.startswith("echo-17-0-ab12cd34.")
    assert len(reply.ends) == length == len(encoding("o200k_base").encode_ordinary(reply.text))
    assert "upload" in reply.text.lower()


def test_json_holds_no_code() -> None:
    assert "echo" not in write(ASKED, Length(80, exact=False, cap=None), json_object=True).text
