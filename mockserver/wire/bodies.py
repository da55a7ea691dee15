"""The JSON bodies of whole answers: two spaces, raw UTF-8, a newline at the end, keys in the order of the API."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import orjson

_PRETTY: Final = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


class Usage(NamedTuple):
    """The token counts of an answer.

    `cache_write_tokens` is None for models that do not report it.
    """

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    cache_write_tokens: int | None = None
    accepted_prediction_tokens: int = 0
    rejected_prediction_tokens: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The `usage` object; both detail objects are always there, zeros included."""
        prompt: dict[str, int] = {"cached_tokens": self.cached_tokens}
        if self.cache_write_tokens is not None:
            prompt["cache_write_tokens"] = self.cache_write_tokens
        prompt["audio_tokens"] = 0
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
            "prompt_tokens_details": prompt,
            "completion_tokens_details": {
                "reasoning_tokens": self.reasoning_tokens,
                "audio_tokens": 0,
                "accepted_prediction_tokens": self.accepted_prediction_tokens,
                "rejected_prediction_tokens": self.rejected_prediction_tokens,
            },
        }


class Head(NamedTuple):
    """What an answer says about itself, in every chunk or once.

    `created` is in unix seconds, `model` the snapshot that answers. `logprobs`: whether choices have that key at all
    (those of reasoning models do not).
    """

    id: str
    created: int
    model: str
    fingerprint: str | None = None
    logprobs: bool = True
    service_tier: str = "default"


class WholeChoice(msgspec.Struct, frozen=True):
    """One choice of an unstreamed answer; `logprobs` is None when they were not asked for."""

    message: Mapping[str, Any]
    finish_reason: str
    logprobs: Mapping[str, Any] | None = None


def pretty(value: Any) -> bytes:
    """A value as the API lays out the bodies of its successes."""
    return orjson.dumps(value, option=_PRETTY)


def message(
    text: str | None,
    *,
    refusal: str | None = None,
    tool_calls: Sequence[Mapping[str, Any]] = (),
    function_call: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The message of a choice: its text, or None when there is none; why there is none; what it calls."""
    said: dict[str, Any] = {"role": "assistant", "content": text}
    if tool_calls:
        said["tool_calls"] = tool_calls
    if function_call is not None:
        said["function_call"] = function_call
    return {**said, "refusal": refusal, "annotations": []}


def chat_completion(head: Head, choices: Iterable[WholeChoice], usage: Usage | None) -> bytes:
    """The body of an unstreamed chat completion; `usage` is None when it is left out."""
    counted = {} if usage is None else {"usage": usage.to_dict()}
    return pretty(
        {
            "id": head.id,
            "object": "chat.completion",
            "created": head.created,
            "model": head.model,
            "choices": [_choice(index, choice, head.logprobs) for index, choice in enumerate(choices)],
            **counted,
            "service_tier": head.service_tier,
            "system_fingerprint": head.fingerprint,
        }
    )


def _choice(index: int, choice: WholeChoice, logprobs: bool) -> dict[str, Any]:
    rendered: dict[str, Any] = {"index": index, "message": choice.message}
    if logprobs:
        rendered["logprobs"] = choice.logprobs
    rendered["finish_reason"] = choice.finish_reason
    return rendered


def model_card(id_: str, created: int, owned_by: str) -> dict[str, Any]:
    """One model, as the list of models and its own page show it."""
    return {"id": id_, "object": "model", "created": created, "owned_by": owned_by}


def model_list(cards: Iterable[dict[str, Any]]) -> bytes:
    """The body of the list of models."""
    return pretty({"object": "list", "data": list(cards)})
