"""What a trace makes of a question: its prompt and its answer as long as they were."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from profiles.catalogue import Catalogue, ModelFacts

from ..load.prompt import fitted
from ..workload.sizes import tokens_beside
from .admission import Entry


def as_long_as_traced(
    entry: Entry, messages: Sequence[Mapping[str, Any]], params: Mapping[str, Any], facts: ModelFacts, seed: int
) -> tuple[list[Mapping[str, Any]], dict[str, Any]]:
    """Messages and parameters with the sizes of the trace, where it has any: prompt tokens, and `max_tokens`.

    Tools and a schema are part of the prompt: the messages have what those leave.
    """
    if entry.prompt_tokens is not None:
        messages = _fitted(messages, entry.prompt_tokens, params, facts, f"{seed}/prompt/{entry.session}")
    limit = {} if entry.completion_tokens is None else {"max_tokens": entry.completion_tokens}
    return list(messages), {**params, **limit}


def _fitted(
    messages: Sequence[Mapping[str, Any]], tokens: int, params: Mapping[str, Any], facts: ModelFacts, seed: str
) -> list[dict[str, Any]]:
    """The messages in a prompt of so many tokens; the last alone where there is no room for a system message."""
    beside = tokens_beside(params, facts, after_system=messages[0]["role"] == "system")
    found = fitted(messages, tokens - beside, facts, Random(seed))
    return found if len(found) == len(messages) else _fitted(messages[-1:], tokens, params, facts, seed)


def facts_of(catalogue: Catalogue, model: str) -> ModelFacts:
    """What is known of a model; of one that nobody knows, how most of them count."""
    return catalogue.resolve(model) or ModelFacts(name=model, snapshot=model, pool=model)


def priced_facts_of(catalogue: Catalogue, model: str) -> ModelFacts:
    """The same for counting money, at the price of another model where the run says so."""
    return catalogue.priced(model) or facts_of(catalogue, model)
