"""What may be given as `expect`."""

import pytest

from harness.swarm.checks import check_of
from harness.workload import Answer, Expect


def test_of_a_list_of_words_one_must_occur() -> None:
    check = check_of(["timeout", "upload"])
    assert check(Answer("Uploading failed.")) == []
    assert check(Answer("All is well.")) == ["any_of: none of timeout, upload"]


def test_no_words_expect_nothing() -> None:
    assert check_of(())(Answer("")) == []


def test_a_function_says_whether_it_is_good() -> None:
    def short(text: str) -> bool:
        return len(text) < 3

    assert check_of(short)(Answer("ab")) == []
    assert check_of(short)(Answer("abc")) == ["short: not satisfied"]


def test_a_function_that_raises_is_a_failed_expectation_not_a_lost_record() -> None:
    def broken(_text: str) -> bool:
        raise KeyError("x")

    assert check_of(broken)(Answer("abc")) == ["broken: raised KeyError"]


def test_an_expect_checks_itself() -> None:
    assert check_of(Expect(json_keys=("a",)))(Answer('{"a": 1}')) == []


def test_a_bare_word_is_a_mistake_that_is_explained() -> None:
    with pytest.raises(TypeError, match=r"write expect=\['timeout'\]"):
        check_of("timeout")
