"""The pool of filler: seeded, tokenised once, cut at sentences."""

import random

import pytest

from mockserver.reply.filler import FillerPool, sentences
from mockserver.reply.reader import CLOSING_TOKENS, Reader
from mockserver.reply.tokenised import Draft, tokenise
from profiles.encodings import count_tokens

POOL = FillerPool(7, "o200k_base")


def test_the_seed_decides_the_sentences() -> None:
    first = sentences(1, 50)
    assert sentences(2, 50) != first
    assert sentences(1, 50) == first


def test_sentences_begin_with_a_capital_and_end_with_a_letter() -> None:
    for sentence in sentences(3):
        assert sentence[0].isupper()
        assert sentence[-1].isascii()
        assert sentence[-1].isalpha()


@pytest.mark.parametrize("tokens", [1, 20, 100, 1_000, 1_000_000])
def test_a_stretch_is_whole_sentences_no_longer_than_asked_unless_the_first_is(tokens: int) -> None:
    part, after = POOL.stretch(5, tokens)
    assert len(part) <= max(tokens, 25) or tokens == 1_000_000
    assert not part.text.endswith(".")
    assert count_tokens(part.text, "o200k_base") == len(part)
    following, _ = POOL.stretch(after, 1)
    assert following.text[:2].strip().isupper()


def test_a_stretch_at_the_end_of_the_pool_goes_on_at_its_beginning() -> None:
    _, after = POOL.stretch(len(POOL) - 1, 1_000)
    assert after == 0


def test_filler_words_are_one_token_each() -> None:
    for count in (0, 1, 700, 3_000):
        text = "".join(part.text for part in POOL.words(count, random.Random(4)))
        assert count_tokens(text, "o200k_base") == len(text.split()) == count


@pytest.mark.parametrize("encoding_name", ["o200k_base", "cl100k_base"])
@pytest.mark.parametrize("room", range(14, CLOSING_TOKENS + 1))
def test_any_room_from_a_sentence_up_can_be_closed_to_the_token(encoding_name: str, room: int) -> None:
    draft = Draft(encoding_name)
    draft.add(tokenise("Tea", encoding_name))
    Reader(FillerPool(7, encoding_name) if encoding_name != POOL.encoding_name else POOL, random.Random(room)).close(
        draft, 1 + room
    )
    assert len(draft) == 1 + room
