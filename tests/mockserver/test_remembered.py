import pytest

from mockserver.remembered import Remembered


def _remembered(most: int) -> Remembered[str]:
    return Remembered(most, lambda key, value: len(key) + len(value))


def _never() -> str:
    raise AssertionError("was computed before")


def test_what_was_computed_before_is_not_computed_anew() -> None:
    remembered = _remembered(100)
    first = remembered.get(b"a", lambda: "yes")
    assert remembered.get(b"a", _never) is first
    assert remembered.get(b"b", lambda: "no") == "no"


def test_what_was_unused_for_longest_is_forgotten_when_all_of_it_is_too_heavy() -> None:
    remembered = _remembered(25)
    for key in (b"a", b"b"):
        remembered.get(key, lambda: "x" * 10)
    remembered.get(b"a", _never)
    remembered.get(b"c", lambda: "y" * 10)
    remembered.get(b"a", _never)
    with pytest.raises(AssertionError):
        remembered.get(b"b", _never)


def test_keys_weigh_too() -> None:
    remembered = _remembered(50)
    for number in range(1_000):
        remembered.get(b"%04d" % number, lambda: "")
    assert len(remembered) <= 13


def test_a_result_heavier_than_all_that_is_kept_is_given_all_the_same() -> None:
    assert _remembered(10).get(b"a", lambda: "x" * 1_000) == "x" * 1_000


def test_a_failure_is_not_remembered() -> None:
    remembered = _remembered(100)
    with pytest.raises(AssertionError):
        remembered.get(b"a", _never)
    assert remembered.get(b"a", lambda: "yes") == "yes"
