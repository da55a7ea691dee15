import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.wire.bodies import Head, Usage
from mockserver.wire.chunks import ChoiceFrames, StreamFrames

HEAD = Head("chatcmpl-1", 1763424000, "gpt-4o-2024-08-06", "fp_0123456789")
USAGE = Usage(prompt_tokens=11, completion_tokens=2)


def _frames(*, head: Head = HEAD, usage: Usage | None = None, padded: bool = False) -> ChoiceFrames:
    return ChoiceFrames(StreamFrames(head, usage, Random(1) if padded else None), "stop")


def _chunks(stream: bytes) -> list[dict[str, Any]]:
    """The JSON of every frame but the end mark."""
    *frames, rest = stream.decode().split("\n\n")
    assert rest == ""
    return [json.loads(frame.removeprefix("data: ")) for frame in frames if frame != "data: [DONE]"]


def test_a_stream_is_byte_for_byte_what_the_api_sends() -> None:
    frames = _frames()
    start = (
        'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763424000,"model":"gpt-4o-2024-08-06",'
        '"service_tier":"default","system_fingerprint":"fp_0123456789","choices":[{"index":0,"delta":'
    )
    assert frames.role.decode() == (
        start + '{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}\n\n'
    )
    assert frames.content(' "a"\n').decode() == (
        start + '{"content":" \\"a\\"\\n"},"logprobs":null,"finish_reason":null}]}\n\n'
    )
    assert frames.tail.decode() == start + '{},"logprobs":null,"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


def test_usage_is_null_in_every_chunk_and_counted_in_one_without_choices() -> None:
    frames = _frames(usage=USAGE)
    *chunks, last = _chunks(frames.role + frames.content("a") + frames.tail)
    assert [chunk["usage"] for chunk in chunks] == [None, None, None]
    assert last["choices"] == []
    assert last["usage"] == USAGE.to_dict()
    assert list(last)[-2:] == ["choices", "usage"]


def test_usage_is_no_key_at_all_when_nobody_asked() -> None:
    frames = _frames()
    assert all("usage" not in chunk for chunk in _chunks(frames.role + frames.content("a") + frames.tail))


def test_choices_of_a_reasoning_model_have_no_logprobs() -> None:
    frames = _frames(head=Head("chatcmpl-1", 1, "gpt-5", None, logprobs=False))
    assert all("logprobs" not in chunk["choices"][0] for chunk in _chunks(frames.role + frames.content("a")))


@given(
    pieces=st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    model=st.text("aä😀<>", max_size=5),
    asked=st.booleans(),
)
def test_the_obfuscation_brings_the_rest_to_a_multiple_of_16_code_points(
    pieces: list[str], model: str, asked: bool
) -> None:
    frames = _frames(head=Head("chatcmpl-1", 1, model), usage=USAGE if asked else None, padded=True)
    stream = frames.role + b"".join(frames.content(piece) for piece in pieces) + frames.tail
    chunks = _chunks(stream)
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks if c["choices"]) == "".join(pieces)
    for chunk in chunks:
        pad = chunk.pop("obfuscation")
        length = len(json.dumps(chunk, ensure_ascii=False, separators=(",", ":")))
        assert len(pad) == -length % 16
        assert pad == "" or (pad.isalnum() and pad.isascii())


def test_the_obfuscation_is_the_last_key() -> None:
    frames = _frames(padded=True, usage=USAGE)
    assert {list(chunk)[-1] for chunk in _chunks(frames.role + frames.content("a") + frames.tail)} == {"obfuscation"}


@pytest.mark.parametrize("model", ["<delta>", '"<finish>"', "<delta><finish>"])
def test_a_model_named_like_a_marker_is_only_a_model(model: str) -> None:
    frames = _frames(head=Head("chatcmpl-1", 1, model))
    assert {chunk["model"] for chunk in _chunks(frames.role + frames.content("x") + frames.tail)} == {model}
