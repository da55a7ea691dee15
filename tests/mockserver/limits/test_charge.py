import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.limits.charge import prompt_estimate
from profiles.images import Image
from profiles.tokens import Message


def user(*texts: str) -> list[Message]:
    return [Message("user", text) for text in texts]


@pytest.mark.parametrize(
    ("texts", "tokens"),
    [
        ([], 2),
        ([""], 3),
        (["a" * 18], 7),
        (["a" * 20], 8),
        (["abc", "abc"], 5),
        (["äöü"], 4),
        (["日本語" * 4], 12),
    ],
)
def test_the_estimate_is_a_quarter_of_the_bytes_one_a_message_and_two(texts: list[str], tokens: int) -> None:
    assert prompt_estimate(user(*texts)) == tokens


@given(st.lists(st.text(max_size=50), max_size=5))
def test_the_estimate_is_the_formula_exactly(texts: list[str]) -> None:
    formula = math.floor(sum(len(text.encode()) / 4 + 1 for text in texts) + 2)
    assert prompt_estimate(user(*texts)) == formula


def test_an_image_counts_as_recorded() -> None:
    shown = Message("user", "abc", images=(Image(), Image(1, 1, "low")))
    assert prompt_estimate([shown]) == prompt_estimate(user("abc")) + 2 * 765


def test_half_a_surrogate_pair_does_not_break_the_estimate() -> None:
    assert prompt_estimate(user("\ud83d")) == 3
