"""The form of a stream's content chunks: it must never say anything that the parser would not."""

from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.client import transcript as subject
from harness.client.form import DATA, ContentForm
from harness.client.sse import EventDecoder
from harness.client.transcript import Transcript


def chunk(content: Any = "Hello", *, obfuscation: str | None = "aB3", **fields: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": content}, "logprobs": None, "finish_reason": None}
    told = {"id": "chatcmpl-1", "model": "gpt-4o-mini", "choices": [choice], "usage": None, **fields}
    return told if obfuscation is None else {**told, "obfuscation": obfuscation}


def form_of(told: dict[str, Any]) -> ContentForm | None:
    return ContentForm.of(orjson.dumps(told), told)


def line(told: dict[str, Any]) -> bytes:
    return DATA + orjson.dumps(told)


@pytest.mark.parametrize("obfuscation", [None, "xyz"])
def test_chunks_of_the_form_say_their_content(obfuscation: str | None) -> None:
    form = form_of(chunk(obfuscation=obfuscation))
    assert form is not None
    longer = None if obfuscation is None else "longer7"
    for text in (" world", "é", "日本", "}]", ",", "two\nlines", 'a "quote"', '"', "\\", '"},"logprobs":null', "\xa0"):
        assert form.content(line(chunk(text, obfuscation=longer))) == text


@pytest.mark.parametrize(
    "other",
    [
        line(chunk("two")).replace(b"two", b'a" b'),
        line(chunk("two")).replace(b"two", b'a","b":"c'),
        line(chunk("two")).replace(b"two", b"\\"),
        line(chunk("two")).replace(b"two", b"\\ud83d"),
        line(chunk("Hi", id="chatcmpl-2")),
        line(chunk("Hi", usage={"prompt_tokens": 1})),
        line(chunk("Hi", obfuscation=None)),
        line(chunk("Hi", obfuscation="a-b")),
        line(chunk("Hi", obfuscation='a"b')),
        line(chunk("Hi"))[:-1],
        line(chunk("Hi")) + b" ",
        line(chunk("Hi")) + b"\n" + line(chunk("Hi")),
        line(chunk("H\x01i")).replace(b"\\u0001", b"\x01"),
        line(chunk("Hi")).replace(b"Hi", b"\xff"),
        line(chunk("Hi")).replace(b"data: ", b"data:"),
        b"",
    ],
)
def test_anything_else_is_left_to_the_parser(other: bytes) -> None:
    form = form_of(chunk())
    assert form is not None
    assert form.content(line(chunk("Hi"))) == "Hi"
    assert form.content(other) is None


@pytest.mark.parametrize(
    "told",
    [
        chunk(""),
        chunk(None),
        chunk("Hi", error={"message": "no"}),
        chunk("Hi", usage={"prompt_tokens": 1}),
        chunk("Hi", obfuscation="Hi", note="Hi"),
        chunk("Hi", extra={"content": "Hi"}),
        {**chunk(), "choices": []},
        {**chunk(), "choices": chunk()["choices"] * 2},
        {"choices": [{"index": 1, "delta": {"content": "Hi"}}]},
        {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "delta": {"content": "Hi", "role": "assistant"}}]},
    ],
)
def test_a_chunk_that_says_more_or_could_be_taken_for_another_has_no_form(told: dict[str, Any]) -> None:
    form = form_of(told)
    # Where the same words stand twice as another member, only the place that was proven may be used.
    assert form is None or form.content(line(told)) == told["choices"][0]["delta"]["content"]
    if told.get("note") is None:
        assert form is None


def test_a_member_that_only_looks_like_the_content_is_found_out() -> None:
    """The content is written with an escape that the parser undoes, and stands elsewhere as it is."""
    data = b'{"note":{"content":"Hi"},"choices":[{"index":0,"delta":{"content":"H\\u0069"}}]}'
    assert ContentForm.of(data, orjson.loads(data)) is None


TEXT = st.text(min_size=1, max_size=6)
EVENTS = st.lists(
    st.one_of(
        TEXT.map(lambda text: line(chunk(text))),
        TEXT.map(lambda text: line(chunk(text, obfuscation=None))),
        TEXT.map(lambda text: line(chunk("x", id=text))),
        TEXT.map(lambda text: DATA + orjson.dumps({"choices": [{"index": 1, "delta": {"content": text}}]})),
        st.sampled_from(
            [b": ping", b"event: error\n" + line(chunk("x")), DATA + b"[DONE]", DATA + b"{", line(chunk("\n"))]
        ),
    ),
    max_size=12,
)


def told(reads: list[bytes]) -> tuple[Any, list[int]]:
    """The reply and how many events with content each read brought."""
    decoder, transcript = EventDecoder(), Transcript()
    counts = []
    for read in reads:
        count = transcript.told(read) if decoder.between else 0
        counts.append(count or sum(transcript.take(event) for event in decoder.feed(read)))
    return transcript.reply(), counts


@given(EVENTS, st.lists(st.integers(0, 3000), max_size=8))
def test_a_transcript_is_the_same_with_and_without_forms(events: list[bytes], places: list[int]) -> None:
    stream = b"".join(event + b"\n\n" for event in events)
    edges = sorted({0, len(stream), *(place % (len(stream) + 1) for place in places)})
    for reads in (
        [event + b"\n\n" for event in events],
        [stream[begin:end] for begin, end in pairwise(edges)],
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(subject, "FORMS_LEARNED", 0)
            parsed = told(reads)
        assert told(reads) == parsed


def counted_parsing(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that is parsed from now on."""
    parsed: list[bytes] = []
    loads = orjson.loads

    def counting(data: bytes) -> Any:
        parsed.append(data)
        return loads(data)

    monkeypatch.setattr(orjson, "loads", counting)
    return parsed


def test_only_the_first_chunks_of_a_stream_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = counted_parsing(monkeypatch)
    reply, counts = told([line(chunk(f" {number}")) + b"\n\n" for number in range(100)])
    assert (len(reply.text.split()), sum(counts)) == (100, 100)
    assert len(parsed) <= 5


def test_chunks_that_all_differ_are_learned_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = counted_parsing(monkeypatch)
    told([line(chunk("Hi", id=str(number))) + b"\n\n" for number in range(100)])
    assert len(parsed) == 100 + 2 * subject.FORMS_LEARNED
