from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.client.sse import Event, EventDecoder

ENDINGS = (b"\n", b"\r\n", b"\r")
LINE = st.binary(max_size=12).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b""))


def decoded(*chunks: bytes) -> list[Event]:
    decoder = EventDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[start:end] for start, end in pairwise(edges)]


def test_the_frames_of_the_real_api_are_their_data() -> None:
    assert decoded(b'data: {"a":1}\n\ndata: [DONE]\n\n') == [Event(b'{"a":1}'), Event(b"[DONE]")]


def test_several_data_lines_are_joined_by_line_feeds() -> None:
    assert decoded(b"data: one\ndata:two\ndata\ndata:  four\n\n") == [Event(b"one\ntwo\n\n four")]


def test_an_event_line_names_the_type_of_its_own_event_only() -> None:
    assert decoded(b"event: error\ndata: x\n\ndata: y\n\n") == [Event(b"x", b"error"), Event(b"y")]


def test_comments_ids_and_unknown_fields_are_passed_over() -> None:
    assert decoded(b": ping\n\nid: 7\nretry: 10\nwhatever\ndata: x\n\n: ping\n\n") == [Event(b"x")]


def test_an_event_without_data_is_none_and_takes_its_type_with_it() -> None:
    assert decoded(b"event: error\n\ndata: x\n\n") == [Event(b"x")]


def test_an_empty_data_line_is_an_event_with_empty_data() -> None:
    assert decoded(b"data\n\ndata:\n\n") == [Event(b""), Event(b"")]


def test_what_the_end_of_the_stream_cuts_off_is_no_event() -> None:
    assert decoded(b"data: whole\n\ndata: half\n") == [Event(b"whole")]


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    assert decoded(b"\xef", b"\xbb", b"\xbfdata: x\n\n\xef\xbb\xbfdata: y\n\n") == [Event(b"x")]


def test_a_carriage_return_ends_a_line_at_once_whatever_follows() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"data: x\r\r") == [Event(b"x")]
    assert decoder.feed(b"\n") == []
    assert decoder.feed(b"data: y\r") == []
    assert decoder.feed(b"\n\r") == [Event(b"y")]


def test_an_event_is_out_with_the_last_byte_that_completes_it() -> None:
    decoder = EventDecoder()
    events = [len(decoder.feed(bytes([byte]))) for byte in b"data: x\n\n"]
    assert events == [0] * 8 + [1]


@given(
    st.lists(st.tuples(LINE, st.lists(LINE, min_size=1, max_size=3), st.sampled_from(ENDINGS)), max_size=6),
    st.lists(st.integers(0, 10_000), max_size=12),
)
def test_written_events_are_read_whatever_the_line_endings_and_the_cuts(
    events: list[tuple[bytes, list[bytes], bytes]], places: list[int]
) -> None:
    stream = b""
    for kind, lines, end in events:
        stream += b"event: " + kind + end + b"".join(b"data: " + line + end for line in lines) + b": note" + end + end
    expected = [Event(b"\n".join(lines), kind) for kind, lines, _ in events]
    assert decoded(*cut(stream, places)) == expected


@given(st.lists(st.sampled_from([b"data: a", b"data:b", b"event: e", b": c", b"", b"\n", b"\r", b"\r\n"]), max_size=30))
def test_byte_by_byte_is_the_same_as_all_at_once(parts: list[bytes]) -> None:
    stream = b"".join(parts)
    assert decoded(*(bytes([byte]) for byte in stream)) == decoded(stream)


@given(st.integers(2**18, 2**20), st.integers(1000, 70_000), st.sampled_from(ENDINGS))
@settings(max_examples=20)
def test_an_event_may_be_a_megabyte(size: int, read: int, end: bytes) -> None:
    stream = b"data: " + b"x" * size + end + end
    parts = [stream[start : start + read] for start in range(0, len(stream), read)]
    assert decoded(*parts, b"data: y\n\n") == [Event(b"x" * size), Event(b"y")]


def test_a_long_line_in_small_pieces_is_joined_once() -> None:
    """The pieces wait in a list: were they added to a growing buffer, a megabyte in single bytes would be copied."""
    decoder = EventDecoder()
    for _ in range(100_000):
        assert not decoder.feed(b"x")
    assert decoder._tail == [b"x"] * 100_000
    assert decoder.feed(b"\ndata: y\n\n") == [Event(b"y")]
