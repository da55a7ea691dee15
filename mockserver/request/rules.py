"""What a model, or another field, does not let a request ask for.

The rules look at the body as it came, so that what they find and what validation finds are found together.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from profiles.catalogue import ModelFacts

from ..wire import errors
from .faults import Fault
from .fields import Effort

_DEFAULTS: Final = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}
"""What a reasoning model takes of the sampling parameters."""
_NEEDS_TOOLS: Final = ("tool_choice", "parallel_tool_calls")


def rule_faults(body: Mapping[str, Any], facts: ModelFacts) -> Iterator[Fault]:
    """All that a body breaks."""
    yield from _refused_by(facts, body)
    yield from _other_values(facts, body)
    yield from _too_long_an_answer(facts, body)
    yield from _alone(body)


def unknown_to(facts: ModelFacts) -> frozenset[str]:
    """The arguments that are no arguments of this model at all."""
    return frozenset() if facts.reasoning else frozenset({"reasoning_effort"})


def _refused_by(facts: ModelFacts, body: Mapping[str, Any]) -> Iterator[Fault]:
    for name in facts.refuses:
        if body.get(name) is not None and body[name] is not False:
            instead = "max_completion_tokens" if name == "max_tokens" else None
            yield (name,), errors.unsupported_parameter(name, instead)
    if body.get("web_search_options") is not None and not facts.searches:
        yield ("web_search_options",), errors.no_web_search()


def _other_values(facts: ModelFacts, body: Mapping[str, Any]) -> Iterator[Fault]:
    if facts.reasoning:
        for name, default in _DEFAULTS.items():
            given = body.get(name)
            if isinstance(given, int | float) and given != default:
                yield (name,), errors.only_default(name, given, default)
        effort = body.get("reasoning_effort")
        if isinstance(effort, str) and effort in _ALL_EFFORTS and effort not in facts.efforts:
            yield ("reasoning_effort",), errors.value_not_for_model("reasoning_effort", effort, facts.efforts)
    messages = body.get("messages") if facts.refused_roles else None
    for index, message in enumerate(messages if isinstance(messages, list) else ()):
        role = message.get("role") if isinstance(message, dict) else None
        if isinstance(role, str) and role in facts.refused_roles:
            path = f"messages[{index}].role"
            yield ("messages", index, "role"), errors.unsupported_value(path, f"'{role}'")
    modalities = body.get("modalities")
    if isinstance(modalities, list) and "audio" in modalities and not facts.speaks:
        yield ("modalities",), errors.unsupported_value("modalities", "'audio'")


_ALL_EFFORTS: Final = frozenset(get_args(Effort))


def _too_long_an_answer(facts: ModelFacts, body: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("max_completion_tokens", "max_tokens"):
        cap = body.get(name)
        if type(cap) is int and cap > facts.max_output_tokens and name not in facts.refuses:
            yield (name,), errors.too_many_output_tokens(name, facts.max_output_tokens, cap)


def _alone(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Fields that mean something only beside others."""
    if body.get("stream_options") is not None and body.get("stream") is not True:
        yield ("stream_options",), errors.only_allowed_when("stream_options", "stream")
    if body.get("top_logprobs") is not None and body.get("logprobs") is not True:
        yield ("top_logprobs",), errors.only_allowed_when("top_logprobs", "logprobs")
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        yield ("max_tokens",), errors.both_maxima()
    if body.get("tools") is None:
        for name in _NEEDS_TOOLS:
            # Naming the default changes nothing, and clients do.
            if body.get(name) is not None and body[name] != "none":
                yield (name,), errors.only_with_tools(name)
    if body.get("function_call") is not None and body.get("functions") is None:
        yield ("function_call",), errors.only_with_functions()
