import json
from array import array
from random import Random
from typing import Any

import pytest

from mockserver.reply import Reply
from mockserver.reply.logprobs import logprobs
from mockserver.wire.bodies import Head
from mockserver.wire.chunks import StreamFrames
from mockserver.wire.logprobs import LogprobFrames, logprobs_of

HEAD = Head("chatcmpl-1", 1763424000, "gpt-4o-2024-08-06", "fp_0123456789")
REPLY = Reply("Hi 𓂀!", array("I", [2, 3, 3, 3, 3, 4, 5]), "stop")
"""The eye takes four tokens, a byte each."""


def _choices(reply: Reply, top: int, *, refusal: bool = False) -> list[dict[str, Any]]:
    judged = logprobs(reply, "o200k_base", top, Random(1))
    frames = LogprobFrames(StreamFrames(HEAD, None, None), "stop", reply.ends, judged, refusal=refusal)
    pieces = [reply.piece(i) for i in range(len(reply)) if reply.piece(i)]
    stream = frames.role + b"".join(map(frames.content, pieces)) + frames.tail
    lines = stream.decode().removesuffix("data: [DONE]\n\n").split("\n\n")[:-1]
    return [json.loads(line.removeprefix("data: "))["choices"][0] for line in lines]


def test_each_chunk_has_those_of_its_tokens() -> None:
    choices = _choices(REPLY, 0)
    assert choices[0]["logprobs"] == {"content": [], "refusal": None}
    assert [len(choice["logprobs"]["content"]) for choice in choices[1:-1]] == [1, 1, 4, 1]
    assert choices[-1]["logprobs"] is None
    assert [choice["delta"].get("content") for choice in choices] == ["", "Hi", " ", "𓂀", "!", None]


def test_the_bytes_of_all_tokens_are_the_text() -> None:
    said = [entry for choice in _choices(REPLY, 2)[:-1] for entry in choice["logprobs"]["content"]]
    assert bytes(byte for entry in said for byte in entry["bytes"]).decode() == REPLY.text
    assert said[0]["token"] == "Hi"
    assert said[2]["token"] == "bytes:\\xf0"


@pytest.mark.parametrize("top", [0, 1, 5, 20])
def test_as_many_alternatives_as_asked_for_the_likeliest_first_and_the_token_among_them(top: int) -> None:
    whole = logprobs_of(logprobs(REPLY, "o200k_base", top, Random(1)))
    assert list(whole) == ["content", "refusal"]
    for entry in whole["content"]:
        assert list(entry) == ["token", "logprob", "bytes", "top_logprobs"]
        ranks = [each["logprob"] for each in entry["top_logprobs"]]
        assert len(ranks) == top
        assert ranks == sorted(ranks, reverse=True)
        assert not top or entry["token"] in [each["token"] for each in entry["top_logprobs"]]
        assert len({each["token"] for each in entry["top_logprobs"]}) == top


def test_streamed_and_whole_are_the_same() -> None:
    streamed = [entry for choice in _choices(REPLY, 3)[:-1] for entry in choice["logprobs"]["content"]]
    assert logprobs_of(logprobs(REPLY, "o200k_base", 3, Random(1)))["content"] == streamed


def test_those_of_a_refusal_stand_under_refusal() -> None:
    choice = _choices(REPLY, 0, refusal=True)[1]
    assert choice["delta"] == {"refusal": "Hi"}
    assert choice["logprobs"]["content"] is None
    assert [entry["token"] for entry in choice["logprobs"]["refusal"]] == ["Hi"]
