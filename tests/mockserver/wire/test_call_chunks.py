import json
from array import array
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockserver.wire.bodies import Head
from mockserver.wire.call_chunks import CallsFrames, slices, whole_slices
from mockserver.wire.chunks import StreamFrames
from mockserver.wire.deltas import CallHead

HEAD = Head("chatcmpl-1", 1763424000, "gpt-4o-2024-08-06", "fp_0123456789")
ARGUMENTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=5)


def _choices(stream: bytes) -> list[dict[str, Any]]:
    frames = stream.decode().removesuffix("data: [DONE]\n\n").split("\n\n")[:-1]
    return [json.loads(frame.removeprefix("data: "))["choices"][0] for frame in frames]


def _frames(arguments: list[str], cut: "array[int]", padding: Random | None = None) -> CallsFrames:
    calls = [(CallHead(f"call_{i}", f"f{i}"), said) for i, said in enumerate(arguments)]
    return CallsFrames(StreamFrames(HEAD, None, padding), "tool_calls", calls, cut)


def test_several_calls_come_one_after_the_other_each_opened_and_then_in_fragments() -> None:
    frames = _frames(['{"city": "A"}', "{}"], array("I", [4, 9, 13, 15]))
    choices = _choices(frames.role + frames.content('{"city": ') + frames.content('"A"}{}') + frames.tail)
    assert [choice["delta"] for choice in choices] == [
        {"role": "assistant", "content": None},
        {"tool_calls": [{"index": 0, "id": "call_0", "type": "function", "function": {"name": "f0", "arguments": ""}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"ci'}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": 'ty": '}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '"A"}'}}]},
        {"tool_calls": [{"index": 1, "id": "call_1", "type": "function", "function": {"name": "f1", "arguments": ""}}]},
        {"tool_calls": [{"index": 1, "function": {"arguments": "{}"}}]},
        {},
    ]
    assert [choice["finish_reason"] for choice in choices] == [None] * 7 + ["tool_calls"]


@given(ARGUMENTS, st.integers(0, 99))
def test_fragments_have_four_to_seven_characters_but_for_the_last_of_a_call(arguments: list[str], seed: int) -> None:
    text = "".join(arguments)
    cut, start, call = slices(arguments, Random(seed)), 0, 0
    rest = [said for said in arguments if said]
    for end in cut:
        left = len(rest[call])
        assert 4 <= end - start <= 7 or end - start == left < 4
        rest[call] = rest[call][end - start :]
        call, start = call + (not rest[call]), end
    assert start == len(text)


@given(ARGUMENTS, st.lists(st.integers(1, 9), min_size=1), st.integers(0, 99))
def test_whatever_the_tokens_all_of_every_call_arrives(arguments: list[str], tokens: list[int], seed: int) -> None:
    text = "".join(arguments)
    cut = slices(arguments, Random(seed))
    ends = array("I", [min(len(text), sum(tokens[: i + 1])) for i in range(len(tokens))] + [len(text)])
    frames = _frames(arguments, cut, Random(1))
    stream, said = frames.role, 0
    for end in whole_slices(ends, cut):
        if end > said:
            stream += frames.content(text[said:end])
            said = end
    got = [""] * len(arguments)
    for choice in _choices(stream)[1:]:
        for call in choice["delta"]["tool_calls"]:
            got[call["index"]] += call["function"]["arguments"]
    assert got == arguments
