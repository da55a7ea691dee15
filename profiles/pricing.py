"""What an answer costs, at list prices."""

from .catalogue import Catalogue, ModelFacts

_PER_MTOK = 1_000_000


def price_usd(facts: ModelFacts, prompt_tokens: int, cached_tokens: int, completion_tokens: int) -> float | None:
    """The price of an answer in USD: uncached and cached prompt tokens and completion tokens, each at its price.

    Reasoning tokens are part of the completion. Where a model has no price for cached tokens they cost what others do.
    None when a price is not known: that is not the same as free.
    """
    if facts.input_usd_per_mtok is None or facts.output_usd_per_mtok is None:
        return None
    cached_usd = facts.input_usd_per_mtok if facts.cached_usd_per_mtok is None else facts.cached_usd_per_mtok
    prompt_usd = (prompt_tokens - cached_tokens) * facts.input_usd_per_mtok + cached_tokens * cached_usd
    return (prompt_usd + completion_tokens * facts.output_usd_per_mtok) / _PER_MTOK


def completion_usd(catalogue: Catalogue, model: str | None, tokens: int) -> float | None:
    """What completion tokens of a model cost in USD, by its name; None when its price is not known."""
    facts = None if model is None else catalogue.resolve(model)
    return None if facts is None else price_usd(facts, 0, 0, tokens)
