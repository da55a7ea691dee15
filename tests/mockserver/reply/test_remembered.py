from array import array

from mockserver.reply import Reply
from mockserver.reply.remembered import RememberedReplies


def _replies(text: str) -> tuple[Reply, ...]:
    return (Reply(text, array("I", [len(text)]), "stop"),)


def _never() -> tuple[Reply, ...]:
    raise AssertionError("was written before")


def test_a_question_asked_before_is_not_answered_anew() -> None:
    remembered = RememberedReplies()
    first = remembered.get(b"a", lambda: _replies("yes"))
    assert remembered.get(b"a", _never) is first
    assert remembered.get(b"b", lambda: _replies("no")) is not first


def test_the_question_unasked_for_longest_is_forgotten_when_the_texts_are_too_long() -> None:
    remembered = RememberedReplies(most_code_points=2_500)
    for identity in (b"a", b"b"):
        remembered.get(identity, lambda: _replies("x" * 1_000))
    remembered.get(b"a", _never)
    remembered.get(b"c", lambda: _replies("y" * 1_000))
    remembered.get(b"a", _never)
    written = []
    remembered.get(b"b", lambda: written.append(1) or _replies("z"))  # type: ignore[func-returns-value]
    assert written == [1]


def test_many_empty_replies_are_forgotten_too() -> None:
    remembered = RememberedReplies(most_code_points=2_000)
    for number in range(1_000):
        remembered.get(b"%d" % number, lambda: _replies(""))
    assert len(remembered) <= 10


def test_a_reply_longer_than_all_that_is_kept_is_given_all_the_same() -> None:
    remembered = RememberedReplies(most_code_points=10)
    assert remembered.get(b"a", lambda: _replies("x" * 1_000))[0].text == "x" * 1_000
