import orjson

from mockserver.wire.bodies import Head, Usage, chat_completion, model_card, model_list


def test_an_answer_is_byte_for_byte_what_the_api_sends() -> None:
    head = Head("chatcmpl-1", 1763424000, "gpt-4o-2024-08-06", "fp_0123456789")
    assert chat_completion(head, "Schön.", "stop", Usage(9, 3)).decode() == (
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
    body = chat_completion(Head("chatcmpl-1", 1, "gpt-5", None, logprobs=False), "Hi", "stop", Usage(9, 3))
    assert b"logprobs" not in body
    assert b'"system_fingerprint": null' in body


def test_the_list_of_models_holds_cards() -> None:
    card = model_card("gpt-4o", 1, "system")
    assert list(card) == ["id", "object", "created", "owned_by"]
    assert orjson.loads(model_list([card])) == {"object": "list", "data": [card]}
