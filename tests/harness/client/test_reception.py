from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client import reception as subject
from harness.client.hang_up import HangUp
from harness.client.reception import SETTLED_S, Reception, error_in
from harness.client.timeouts import Timeouts
from harness.measure.timeline import Read, Reply
from tests.harness.client.scripted import chunked

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
JSON_HEAD = b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
COMPLETION = b'{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}'


def frame(text: str | None = None, reason: str | None = None) -> bytes:
    delta = {"role": "assistant", "content": ""} if text is None else {"content": text}
    return b"data: " + orjson.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}) + b"\n\n"


DONE = b"data: [DONE]\n\n"
STREAM = HEAD + b"".join(chunked(frame(), frame("\n"), frame("Hel"), frame("lo"), frame("", "stop"), DONE))


def received(*parts: bytes, stream: bool = True, timeouts: Timeouts | None = None) -> Reception:
    """A reception fed one part each second, from second 1 on."""
    reception = Reception(stream=stream, written_s=0.5, timeouts=timeouts or Timeouts())
    for second, part in enumerate(parts, 1):
        reception.feed(part, float(second))
    return reception


def test_each_mark_is_the_stamp_of_the_read_that_held_it() -> None:
    reception = received(
        HEAD[:10],
        HEAD[10:],
        *chunked(frame(), frame("\n") + frame("Hel"), frame("lo"), frame("", "stop"), DONE, end=False),
        b"0\r\n\r\n",
    )
    assert (reception.headers_s, reception.first_event_s, reception.first_visible_s) == (2, 3, 4)
    assert reception.reads == [Read(4, 2, 4), Read(5, 1, 6)]
    assert (reception.settled_s, reception.last_s, reception.over) == (7, 8, True)
    assert reception.reply() == Reply(text="\nHello", finish_reason="stop", done_seen=True)


def test_the_first_token_may_come_before_the_first_that_can_be_seen() -> None:
    reception = received(HEAD, *chunked(frame("\n"), frame("\n"), frame("Hi"), end=False))
    assert (reception.reads[0].at_s, reception.first_visible_s) == (2, 4)


def test_an_event_belongs_to_the_read_that_completed_it() -> None:
    piece = frame("Hi")
    reception = received(HEAD, *chunked(piece[:-1], piece[-1:], end=False))
    assert reception.reads == [Read(3, 1, 2)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_what_is_said_does_not_depend_on_the_cuts(places: list[int]) -> None:
    edges = [0, *sorted(places), len(STREAM)]
    reception = received(*(STREAM[start:end] for start, end in pairwise(edges)))
    assert reception.over
    assert reception.reply() == Reply(text="\nHello", finish_reason="stop", done_seen=True)
    assert sum(read.events for read in reception.reads) == 3


def test_a_stream_byte_by_byte_has_a_read_for_each_piece() -> None:
    reception = received(*(STREAM[place : place + 1] for place in range(len(STREAM))))
    assert [(read.events, read.text_end) for read in reception.reads] == [(1, 1), (1, 4), (1, 6)]


@pytest.mark.parametrize("kind", [b"application/json", b"text/html", b"text/plain"])
def test_a_stream_of_another_content_type_is_malformed(kind: bytes) -> None:
    reception = received(JSON_HEAD % (200, kind, len(COMPLETION)) + COMPLETION)
    assert (reception.over, reception.reply().malformed, reception.reads) == (True, "content_type", [])


def test_an_unstreamed_answer_is_read_when_it_is_whole() -> None:
    parts = JSON_HEAD % (200, b"application/json", len(COMPLETION)), COMPLETION[:9], COMPLETION[9:]
    assert received(*parts, stream=False).reply() == Reply(text="Hi", finish_reason="stop")
    assert received(*parts[:2], stream=False).reply() == Reply()


def test_an_unstreamed_answer_of_another_content_type_is_malformed() -> None:
    reception = received(JSON_HEAD % (200, b"text/html", len(COMPLETION)) + COMPLETION, stream=False)
    assert reception.reply() == Reply(malformed="content_type")


@pytest.mark.parametrize("stream", [True, False])
def test_the_body_of_a_refusal_is_kept(stream: bool) -> None:
    reception = received(JSON_HEAD % (429, b"application/json", 2) + b"{}", stream=stream)
    assert (reception.over, reception.refusal()) == (True, b"{}")
    assert reception.reply() == Reply()


def test_a_body_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "BODY_LIMIT", 10)
    reception = received(JSON_HEAD % (200, b"application/json", 1000), b"x" * 11, stream=False)
    assert (reception.over, reception.reply().malformed) == (True, "too_long")


@pytest.mark.parametrize(
    ("body", "error"), [(b'{"error":{"code":"c"}}', {"code": "c"}), (b"<html>", None), (b"", None)]
)
def test_an_error_body_may_be_anything(body: bytes, error: object) -> None:
    assert error_in(body) == error


LIMITS = Timeouts(connect_s=1, first_token_s=10, idle_s=4, total_s=20)
ROLE = chunked(frame(), end=False)[0]
PIECE = chunked(frame("Hi"), end=False)[0]


def test_before_the_first_byte_only_the_first_token_and_the_total_are_waited_for() -> None:
    assert received(timeouts=LIMITS).due() == (10.5, "first_token_timeout")
    assert received(timeouts=Timeouts(first_token_s=50, total_s=20)).due() == (20, "total_timeout")


def test_from_the_first_byte_on_silence_is_a_stall() -> None:
    assert received(HEAD, ROLE, timeouts=LIMITS).due() == (6, "idle_timeout")


def test_reads_without_content_do_not_put_off_the_first_token() -> None:
    assert received(HEAD, *[ROLE] * 7, timeouts=LIMITS).due() == (10.5, "first_token_timeout")


def test_after_the_first_token_only_silence_and_the_total_count() -> None:
    assert received(HEAD, *[ROLE] * 7, PIECE, timeouts=LIMITS).due() == (13, "idle_timeout")
    assert received(HEAD, *[PIECE] * 17, timeouts=LIMITS).due() == (20, "total_timeout")


def test_an_unstreamed_answer_has_no_first_token_to_wait_for() -> None:
    assert received(stream=False, timeouts=LIMITS).due() == (20, "total_timeout")


def test_a_settled_answer_is_not_waited_for_much_longer() -> None:
    reception = received(HEAD, *chunked(frame("Hi"), DONE, end=False), timeouts=LIMITS)
    assert reception.due() == (3 + SETTLED_S, "idle_timeout")


@pytest.mark.parametrize("name", ["connect_s", "first_token_s", "idle_s", "total_s"])
def test_a_timeout_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Timeouts(**{name: 0})


def test_a_user_who_has_had_enough_hangs_up_at_the_time_or_with_the_content_planned() -> None:
    def due(hang_up: HangUp, *parts: bytes) -> tuple[float, str]:
        reception = Reception(stream=True, written_s=0.5, timeouts=Timeouts(), hang_up=hang_up)
        for second, part in enumerate(parts, 1):
            reception.feed(part, float(second))
        return reception.due()

    content = chunked(frame("a"), frame("b") + frame("c"), frame("d"), end=False)
    assert due(HangUp(after_s=2.5), HEAD) == (2.5, "abandoned")
    assert due(HangUp(after_s=80), HEAD)[1] == "first_token_timeout"
    assert due(HangUp(after_events=2), HEAD, content[0])[1] == "idle_timeout"
    assert due(HangUp(after_events=3), HEAD, *content[:2]) == (3, "abandoned")
    assert due(HangUp(after_events=2), HEAD, *content[:2], content[2]) == (3, "abandoned")


def test_an_answer_that_is_over_is_not_hung_up_on() -> None:
    reception = Reception(stream=True, written_s=0.5, timeouts=Timeouts(), hang_up=HangUp(after_events=1))
    reception.feed(HEAD + b"".join(chunked(frame("a"), frame("", "stop"), DONE, end=False)), 1.0)
    assert reception.due() == (1.0 + SETTLED_S, "idle_timeout")
