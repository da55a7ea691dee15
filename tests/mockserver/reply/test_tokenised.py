"""Parts that are tokenised apart join to what the tokenizer makes of the whole text."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.reply import frames
from mockserver.reply.tokenised import Draft, filled, tokenise
from profiles.encodings import encoding


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("hello world", ["hello", " world"]),
        ("", []),
        ("PDF uploads.", ["PDF", " uploads", "."]),
    ],
)
def test_a_text_is_cut_where_its_tokens_end(text: str, pieces: list[str]) -> None:
    tokenised = tokenise(text, "o200k_base")
    starts = [0, *tokenised.ends]
    assert [text[start:end] for start, end in zip(starts, tokenised.ends, strict=False)] == pieces


def test_a_character_of_several_tokens_appears_with_the_last_of_them() -> None:
    text = "a🫨b"
    tokenised = tokenise(text, "cl100k_base")
    tokens = encoding("cl100k_base").encode_ordinary(text)
    assert len(tokenised.ends) == len(tokens) > 3
    assert tokenised.ends[0] == 1
    assert list(tokenised.ends[1:-2]) == [1] * (len(tokens) - 3)
    assert list(tokenised.ends[-2:]) == [2, 3]


@given(st.text())
def test_token_ends_never_decrease_and_the_last_is_the_length_of_the_text(text: str) -> None:
    ends = list(tokenise(text, "o200k_base").ends)
    assert ends == sorted(ends)
    assert (ends[-1] if ends else 0) == len(text)


def test_a_draft_shifts_the_ends_of_later_parts_and_cuts_at_a_token() -> None:
    draft = Draft("o200k_base")
    draft.add(tokenise("One two", "o200k_base"))
    draft.join(".")
    draft.add(tokenise(" Three", "o200k_base"))
    assert draft.cut(None).text == "One two. Three"
    assert draft.cut(None).ends == array("I", [3, 7, 8, 14])
    assert draft.cut(2).text == "One two"
    assert len(draft.cut(2)) == 2
    assert draft.cut(99).text == "One two. Three"


words = st.one_of(
    st.from_regex(r"[A-Za-z0-9]+(?:[-'_.@][A-Za-z0-9]+)*", fullmatch=True),
    st.text(st.characters(categories=("L", "N", "M")), min_size=1, max_size=8),
)


@pytest.mark.parametrize("encoding_name", ["o200k_base", "cl100k_base"])
@given(
    frame=st.sampled_from((*frames.LEADS, *frames.EARLIER, *frames.FOLLOW_UPS, *frames.BODIES)),
    topic=st.lists(words, min_size=1, max_size=3),
    lead=st.sampled_from(["", " "]),
)
def test_a_filled_frame_has_the_tokens_of_the_whole_sentence(
    encoding_name: str, frame: str, topic: list[str], lead: str
) -> None:
    draft = Draft(encoding_name)
    draft.say(filled(frame, " ".join(topic), encoding_name, lead=lead))
    whole = lead + frame.format(topic=" ".join(topic), topics=" ".join(topic))
    assert draft.cut(None) == tokenise(whole, encoding_name)
