from array import array
from random import Random

import pytest

from mockserver.reply import Reply
from mockserver.reply.endings import filtered, refused
from profiles.encodings import count_tokens


def said(*ends: int, text: str = "abcdefgh") -> Reply:
    return Reply(text[: ends[-1] if ends else 0], array("I", ends), "stop")


def test_a_refusal_is_one_whether_it_is_cut_or_not() -> None:
    whole = refused("o200k_base", None, Random(1))
    assert (whole.refusal, whole.finish_reason, len(whole)) == (True, "stop", count_tokens(whole.text, "o200k_base"))
    same = refused("o200k_base", len(whole), Random(1))
    assert same == whole
    cut = refused("o200k_base", 2, Random(1))
    assert (cut.refusal, cut.finish_reason, len(cut)) == (True, "length", 2)
    assert whole.text.startswith(cut.text)


@pytest.mark.parametrize(
    ("reply", "text", "tokens"),
    [(said(2, 4, 6, 8), "abcd", 2), (said(3), "abc", 1), (said(), "", 0), (said(1, 4), "a", 1)],
)
def test_the_filter_lets_the_first_half_through(reply: Reply, text: str, tokens: int) -> None:
    left = filtered(reply)
    assert (left.text, len(left), left.finish_reason) == (text, tokens, "content_filter")
