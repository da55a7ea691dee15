"""The frames keep to what lets their parts be tokenised apart."""

import pytest

from mockserver.reply import frames
from mockserver.reply.frames import listed
from mockserver.reply.vocabulary import BUSINESS_OF_ASKING, COURTESY, IGNORED

SENTENCES = (*frames.LEADS, *frames.FOLLOW_UPS, *frames.EARLIER, *frames.BODIES, *frames.INTROS, *frames.NOTES)


@pytest.mark.parametrize("frame", SENTENCES)
def test_a_sentence_has_its_slot_inside_and_no_full_stop(frame: str) -> None:
    before, after = frame.replace("{topics}", "{topic}").split("{topic}")
    assert before[0].isupper()
    assert after[-1].isascii()
    assert after[-1].isalpha()


@pytest.mark.parametrize("frame", [*frames.POINTS, *frames.SHORT_POINTS])
def test_a_point_begins_with_its_slot(frame: str) -> None:
    assert frame.startswith("{topic}: ")
    assert frame[-1].isalpha()


def test_no_frame_is_there_twice() -> None:
    assert len(set(SENTENCES)) == len(SENTENCES)


@pytest.mark.parametrize(
    ("phrases", "said"),
    [((), "this"), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")],
)
def test_phrases_are_listed_as_one_says_them(phrases: tuple[str, ...], said: str) -> None:
    assert listed(phrases) == said


def test_the_vocabulary_is_lower_case() -> None:
    assert all(word == word.lower() for word in IGNORED)
    assert IGNORED > BUSINESS_OF_ASKING | COURTESY
