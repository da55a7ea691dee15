from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client.http import AnswerParser, RequestForm, media_type

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Request-Id: req_1\r\n\r\n" + (
    b"5\r\nhello\r\n6\r\n there\r\n0\r\n\r\n"
)


def parsed(*parts: bytes) -> tuple[AnswerParser, bytes]:
    parser = AnswerParser()
    return parser, b"".join(parser.feed(part) for part in parts)


def test_a_request_is_exactly_these_bytes() -> None:
    form = RequestForm("host:8000", "/v1/chat/completions", [("User-Agent", "dummyload/0.1.0"), ("X-A", "b")])
    assert form.request(b'{"a":1}', request_id="call7.1", stream=True) == (
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: host:8000\r\nUser-Agent: dummyload/0.1.0\r\n"
        b"X-A: b\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n"
        b'X-Client-Request-Id: call7.1\r\nContent-Length: 7\r\n\r\n{"a":1}'
    )


def test_what_is_accepted_depends_on_whether_a_stream_is_asked_for() -> None:
    assert b"Accept: application/json\r\n" in RequestForm("h", "/", []).request(b"", request_id="1", stream=False)


def test_a_request_id_cannot_smuggle_a_header_in() -> None:
    with pytest.raises(ValueError, match="request id"):
        RequestForm("h", "/", []).request(b"", request_id="1\r\nX: y", stream=False)


@given(st.lists(st.integers(0, len(CHUNKED)), max_size=10))
def test_an_answer_is_the_same_wherever_it_is_cut(places: list[int]) -> None:
    edges = [0, *sorted(places), len(CHUNKED)]
    parser, body = parsed(*(CHUNKED[start:end] for start, end in pairwise(edges)))
    assert (parser.status, parser.complete, parser.reusable, body) == (200, True, True, b"hello there")
    assert parser.headers["x-request-id"] == "req_1"


def test_repeated_headers_are_joined() -> None:
    parser, _ = parsed(b"HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie: b\r\nContent-Length: 0\r\n\r\n")
    assert parser.headers["set-cookie"] == "a, b"


def test_a_herald_of_the_answer_is_not_the_answer() -> None:
    parser, body = parsed(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + CHUNKED)
    assert (parser.status, "link" in parser.headers, body, parser.reusable) == (200, False, b"hello there", True)


ENDS: list[tuple[str, Sequence[bytes], bool, bool]] = [
    ("a stated length", (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"ok"), True, True),
    ("less than stated", (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", b"ok"), False, False),
    ("asked to close", (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",), True, False),
    ("of HTTP/1.0", (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",), True, False),
    ("no last chunk", (CHUNKED[:-5],), False, False),
    ("no content by its nature", (b"HTTP/1.1 204 No Content\r\n\r\n",), True, True),
    ("something after it", (CHUNKED + b"HTTP/1.1 200",), True, False),
    (
        "something after a last one",
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nokay",),
        True,
        False,
    ),
]


@pytest.mark.parametrize(("parts", "complete", "reusable"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_the_end_of_an_answer_is_known(parts: Sequence[bytes], complete: bool, reusable: bool) -> None:
    parser, _ = parsed(*parts)
    assert (parser.complete, parser.reusable, parser.broken) == (complete, reusable, None)


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    parser, body = parsed(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"hi")
    assert not parser.complete
    parser.end()
    assert (parser.complete, parser.reusable, body) == (True, False, b"hi")


@pytest.mark.parametrize(
    "part", [CHUNKED[:0], CHUNKED[:20], CHUNKED[:60], CHUNKED[:-1], b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok"]
)
def test_the_end_of_the_connection_completes_nothing_else(part: bytes) -> None:
    parser, _ = parsed(part)
    parser.end()
    assert not parser.complete


@pytest.mark.parametrize("nonsense", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\0\0\0\0"])
def test_what_is_not_http_is_broken(nonsense: bytes) -> None:
    parser, _ = parsed(nonsense)
    assert parser.broken
    assert parser.status is None


def test_the_body_before_a_broken_chunk_is_not_lost() -> None:
    parser, body = parsed(CHUNKED[:-5] + b"nonsense\r\n")
    assert (body, parser.complete) == (b"hello there", False)
    assert parser.broken


def test_a_switch_of_protocols_is_no_answer() -> None:
    parser, _ = parsed(b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
    assert parser.broken


def test_the_media_type_is_lower_case_and_bare() -> None:
    assert media_type({"content-type": "Text/Event-Stream; charset=utf-8"}) == "text/event-stream"
    assert media_type({}) == ""
