from itertools import pairwise

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client import reception as subject
from harness.client.hang_up import HangUp
from harness.client.http import AnswerParser
from harness.client.reception import GATHERED, SETTLED_S, Reception, error_in
from harness.client.timeouts import Timeouts
from harness.measure.timeline import Read, Reply
from tests.harness.client.scripted import chunked

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
JSON_HEAD = b"HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
COMPLETION = b'{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}'


def frame(text: str | None = None, reason: str | None = None) -> bytes:
    delta = {"role": "assistant", "content": ""} if text is None else {"content": text}
    return b"data: " + orjson.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}) + b"\n\n"


LIMITS = Timeouts(connect_s=1, first_token_s=10, idle_s=4, total_s=20)
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
    assert reception.reads == (Read(4, 2, 4), Read(5, 1, 6))
    assert (reception.settled_s, reception.last_s, reception.over) == (7, 8, True)
    assert reception.reply() == Reply(text="\nHello", finish_reason="stop", done_seen=True)


def test_the_first_token_may_come_before_the_first_that_can_be_seen() -> None:
    reception = received(HEAD, *chunked(frame("\n"), frame("\n"), frame("Hi"), end=False))
    assert (reception.reads[0].at_s, reception.first_visible_s) == (2, 4)


def test_an_event_belongs_to_the_read_that_completed_it() -> None:
    piece = frame("Hi")
    reception = received(HEAD, *chunked(piece[:-1], piece[-1:], end=False))
    assert reception.reads == (Read(3, 1, 2),)


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
    assert (reception.over, reception.reply().malformed, reception.reads) == (True, "content_type", ())


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


TEXTS = st.one_of(st.sampled_from([" word", "\n", '"', " ", "é", "}\n\n"]), st.text(max_size=4))
EVENTS = st.one_of(
    TEXTS.map(frame),
    st.sampled_from([frame(), frame("", "stop"), DONE, b": ping\n\n", b'data: {"error":{"message":"no"}}\n\n']),
)


@given(st.lists(st.tuples(st.lists(EVENTS, min_size=1, max_size=2), st.integers(1, 3)), max_size=90), st.booleans())
def test_what_is_put_by_is_taken_in_as_if_it_were_not(sent: list[tuple[list[bytes], int]], ends: bool) -> None:
    """Chunks of one or two events, up to three of them in a read."""
    pieces = chunked(frame(" a"), frame(" b"), *(b"".join(events) for events, _ in sent), end=ends)
    sizes = iter([1, 1, *(size for _, size in sent)])
    reads = [HEAD]
    while pieces:
        size = next(sizes, len(pieces))
        reads.append(b"".join(pieces[:size]))
        pieces = pieces[size:]
    plain, careful = (Reception(stream=True, written_s=0.5, timeouts=LIMITS) for _ in range(2))
    for second, read in enumerate(reads, 1):
        due_s = plain.feed(read, second / 10)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Reception, "_looks_plain", lambda _self: None)
            assert careful.feed(read, second / 10) == due_s
    assert plain.reply() == careful.reply()
    assert plain.reads == careful.reads
    for name in ("headers_s", "first_event_s", "first_visible_s", "settled_s", "last_s", "over"):
        assert getattr(plain, name) == getattr(careful, name)


def test_plain_content_is_taken_in_together(monkeypatch: pytest.MonkeyPatch) -> None:
    fed: list[bytes] = []
    feed = AnswerParser.feed

    def counting(parser: AnswerParser, data: bytes) -> bytes:
        fed.append(data)
        return feed(parser, data)

    monkeypatch.setattr(AnswerParser, "feed", counting)
    texts = [f" {number}" for number in range(2 * GATHERED + 1)]
    reception = received(HEAD, *chunked(*map(frame, texts), end=False))
    assert len(fed) == 2 + 2  # the head and the first piece, of which the form is learned; twice as many as are put by
    assert [read.events for read in reception.reads] == [1] * len(texts)
    assert reception.reply().text == "".join(texts)


def test_a_read_that_only_looks_like_a_chunk_of_its_own_is_none() -> None:
    """It lies inside a chunk that began before; its size is a line that server-sent events know nothing of."""
    piece = chunked(frame(" c"), end=False)[0]
    outer = chunked(frame(" b") + piece[:-2], end=False)[0]
    cut = len(outer) - len(piece)
    assert outer[cut:] == piece
    reception = received(HEAD, *chunked(frame(" a"), end=False), outer[:cut], outer[cut:], *chunked(DONE))
    assert reception.reply() == Reply(text=" a b c", done_seen=True)
    assert reception.reads == (Read(2, 1, 2), Read(3, 1, 4), Read(4, 1, 6))


def test_a_chunk_that_is_longer_than_it_says_is_no_content() -> None:
    first, second = chunked(frame(" a"), frame(" b"), end=False)
    reception = received(HEAD, first, b"5\r\n" + second.partition(b"\r\n")[2])
    assert (reception.reply().text, len(reception.reads)) == (" a", 1)
    assert reception.over


def test_a_stream_that_goes_on_within_a_chunk_keeps_its_instants() -> None:
    chunk = chunked(frame(" b") + b"event: message\n" + frame(" c"), end=False)[0]
    cut = chunk.index(b"event")
    reception = received(HEAD, *chunked(frame(" a"), end=False), chunk[:cut], chunk[cut:], *chunked(frame(" d")))
    assert [(read.at_s, read.events) for read in reception.reads] == [(2, 1), (3, 1), (4, 1), (5, 1)]
    assert reception.reply().text == " a b c d"


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
