from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.workload.filler import Filler
from profiles.encodings import NAMES, encoding

FILLERS = {name: Filler(1, name) for name in NAMES}


@given(st.sampled_from(NAMES), st.integers(1, 6000), st.integers())
def test_a_text_has_exactly_as_many_tokens_as_were_asked_for(name: str, tokens: int, seed: int) -> None:
    text = FILLERS[name].text(tokens, Random(seed))
    assert len(encoding(name).encode_ordinary(text)) == tokens
    assert encoding(name).decode(encoding(name).encode_ordinary(text)) == text


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tokens", [32_767, 32_768, 32_769, 40_000, 131_072])
def test_a_text_that_is_longer_than_the_pool_is_exact_too(name: str, tokens: int) -> None:
    assert len(encoding(name).encode_ordinary(FILLERS[name].text(tokens, Random(tokens)))) == tokens


def test_texts_are_those_of_seed_and_chance() -> None:
    mine = FILLERS["o200k_base"]
    assert Filler(1, "o200k_base").text(500, Random(3)) == mine.text(500, Random(3))
    assert Filler(2, "o200k_base").text(500, Random(3)) != mine.text(500, Random(3))
    assert mine.text(500, Random(4)) != mine.text(500, Random(3))


def test_no_two_texts_begin_alike() -> None:
    beginnings = {FILLERS["o200k_base"].text(2000, Random(seed))[:60] for seed in range(2000)}
    assert len(beginnings) == 2000
