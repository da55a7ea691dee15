import json

from mockserver.wire.bodies import Head
from mockserver.wire.chunks import ChoiceFrames, StreamFrames
from mockserver.wire.deltas import REFUSAL, CallHead, Deltas, legacy_call, one_of_several, only_call

HEAD = Head("chatcmpl-1", 1763424000, "gpt-4o-2024-08-06", "fp_0123456789")


def _deltas(deltas: Deltas, *pieces: str) -> list[str]:
    """The deltas of a stream, as they stand in it."""
    frames = ChoiceFrames(StreamFrames(HEAD, None, None), "stop", deltas)
    stream = (frames.role + b"".join(map(frames.content, pieces))).decode()
    return [
        frame.partition('"delta":')[2].rpartition(',"logprobs":null,"finish_reason":null}]}')[0]
        for frame in stream.split("\n\n")[:-1]
    ]


def test_a_single_call_is_opened_by_the_delta_that_says_who_speaks() -> None:
    assert _deltas(only_call(CallHead("call_1", "get_weather")), '{"', "city") == [
        '{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function",'
        '"function":{"name":"get_weather","arguments":""}}],"refusal":null}',
        '{"tool_calls":[{"index":0,"function":{"arguments":"{\\""}}]}',
        '{"tool_calls":[{"index":0,"function":{"arguments":"city"}}]}',
    ]


def test_each_of_several_calls_is_opened_by_a_delta_of_its_own() -> None:
    assert _deltas(one_of_several(1, CallHead("call_2", "f")), '{"ci') == [
        '{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"f","arguments":""}}]}',
        '{"tool_calls":[{"index":1,"function":{"arguments":"{\\"ci"}}]}',
    ]


def test_a_custom_tool_has_input_instead_of_arguments() -> None:
    assert _deltas(only_call(CallHead("call_1", "sql", "custom")), "SELECT") == [
        '{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"custom",'
        '"custom":{"name":"sql","input":""}}],"refusal":null}',
        '{"tool_calls":[{"index":0,"custom":{"input":"SELECT"}}]}',
    ]


def test_a_legacy_function_is_called_without_an_id() -> None:
    assert _deltas(legacy_call("f"), "{}") == [
        '{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""},"refusal":null}',
        '{"function_call":{"arguments":"{}"}}',
    ]


def test_a_refusal_is_said_under_its_own_key() -> None:
    assert _deltas(REFUSAL, "I'm") == ['{"role":"assistant","content":null,"refusal":""}', '{"refusal":"I\'m"}']


def test_a_name_that_looks_like_a_marker_is_only_a_name() -> None:
    deltas = [json.loads(delta) for delta in _deltas(only_call(CallHead("call_1", "<piece>")), "<piece>")]
    assert deltas[0]["tool_calls"][0]["function"] == {"name": "<piece>", "arguments": ""}
    assert deltas[1]["tool_calls"][0]["function"] == {"arguments": "<piece>"}
