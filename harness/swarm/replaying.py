"""What a trace makes of a question: its prompt and its answer as long as they were."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from profiles.catalogue import Catalogue, ModelFacts

from ..load.prompt import fitted
from .admission import Entry


def as_long_as_traced(
    entry: Entry, messages: Sequence[Mapping[str, Any]], params: Mapping[str, Any], facts: ModelFacts, seed: int
) -> tuple[list[Mapping[str, Any]], dict[str, Any]]:
    """Messages and parameters with the sizes of the trace, where it has any: prompt tokens, and `max_tokens`."""
    if entry.prompt_tokens is not None:
        messages = fitted(messages, entry.prompt_tokens, facts, Random(f"{seed}/prompt/{entry.session}"))
    limit = {} if entry.completion_tokens is None else {"max_tokens": entry.completion_tokens}
    return list(messages), {**params, **limit}


def facts_of(catalogue: Catalogue, model: str) -> ModelFacts:
    """What is known of a model; of one that nobody knows, how most of them count."""
    return catalogue.resolve(model) or ModelFacts(name=model, snapshot=model, pool=model)
