from typing import Any

import orjson

from mockserver.wire.bodies import Head, Usage, WholeChoice, chat_completion, message, model_card, model_list
from mockserver.wire.deltas import CallHead


def test_an_answer_is_byte_for_byte_what_the_api_sends() -> None:
    head = Head("chatcmpl-1", 1763424000, "gpt-4o-2024-08-06", "fp_0123456789")
    assert chat_completion(head, [WholeChoice(message("Schön."), "stop")], Usage(9, 3)).decode() == (
        """{
  "id": "chatcmpl-1",
  "object": "chat.completion",
  "created": 1763424000,
  "model": "gpt-4o-2024-08-06",
  "choices": [
    {
      "index": 0,
      "message": {
        "role": "assistant",
        "content": "Schön.",
        "refusal": null,
        "annotations": []
      },
      "logprobs": null,
      "finish_reason": "stop"
    }
  ],
  "usage": {
    "prompt_tokens": 9,
    "completion_tokens": 3,
    "total_tokens": 12,
    "prompt_tokens_details": {
      "cached_tokens": 0,
      "audio_tokens": 0
    },
    "completion_tokens_details": {
      "reasoning_tokens": 0,
      "audio_tokens": 0,
      "accepted_prediction_tokens": 0,
      "rejected_prediction_tokens": 0
    }
  },
  "service_tier": "default",
  "system_fingerprint": "fp_0123456789"
}
"""
    )


def test_an_answer_of_a_reasoning_model_has_no_logprobs_key_and_a_null_fingerprint() -> None:
    head = Head("chatcmpl-1", 1, "gpt-5", None, logprobs=False)
    body = chat_completion(head, [WholeChoice(message("Hi"), "stop")], Usage(9, 3))
    assert b"logprobs" not in body
    assert b'"system_fingerprint": null' in body


def test_calls_stand_between_content_and_refusal() -> None:
    calls = [
        CallHead("call_1", "find", "function").to_dict('{"q":1}'),
        CallHead("call_2", "run", "custom").to_dict("1"),
    ]
    assert message(None, tool_calls=calls) == {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "find", "arguments": '{"q":1}'}},
            {"id": "call_2", "type": "custom", "custom": {"name": "run", "input": "1"}},
        ],
        "refusal": None,
        "annotations": [],
    }
    assert list(message(None, tool_calls=calls)) == ["role", "content", "tool_calls", "refusal", "annotations"]
    assert list(message(None, function_call={"name": "f", "arguments": "{}"})) == [
        "role",
        "content",
        "function_call",
        "refusal",
        "annotations",
    ]


def test_a_refusal_takes_the_place_of_the_content() -> None:
    said = message(None, refusal="I can't help with that.")
    assert (said["content"], said["refusal"]) == (None, "I can't help with that.")


def test_choices_are_numbered_and_have_their_own_log_probabilities() -> None:
    judged: dict[str, Any] = {"content": [], "refusal": None}
    choices = [WholeChoice(message("a"), "stop", judged), WholeChoice(message("b"), "length")]
    body = orjson.loads(chat_completion(Head("chatcmpl-1", 1, "gpt-4o"), choices, Usage(9, 3)))
    assert [(c["index"], c["message"]["content"], c["logprobs"], c["finish_reason"]) for c in body["choices"]] == [
        (0, "a", judged, "stop"),
        (1, "b", None, "length"),
    ]


def test_the_list_of_models_holds_cards() -> None:
    card = model_card("gpt-4o", 1, "system")
    assert list(card) == ["id", "object", "created", "owned_by"]
    assert orjson.loads(model_list([card])) == {"object": "list", "data": [card]}
