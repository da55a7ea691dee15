"""What an attempt cost, at list prices."""

from profiles.catalogue import ModelFacts
from profiles.record import Tokens

_PER_MTOK = 1_000_000


def cost_usd(facts: ModelFacts | None, tokens: Tokens | None) -> float | None:
    """The price of an answer in USD: uncached and cached prompt tokens and completion tokens, each at its price.

    Reasoning tokens are part of the completion. Where a model has no price for cached tokens they cost what others do.
    None when a price or a count is not known: that is not the same as free.
    """
    if facts is None or tokens is None or tokens.prompt is None or tokens.completion is None:
        return None
    if facts.input_usd_per_mtok is None or facts.output_usd_per_mtok is None:
        return None
    cached = tokens.cached or 0
    cached_price = facts.input_usd_per_mtok if facts.cached_usd_per_mtok is None else facts.cached_usd_per_mtok
    prompt_usd = (tokens.prompt - cached) * facts.input_usd_per_mtok + cached * cached_price
    return (prompt_usd + tokens.completion * facts.output_usd_per_mtok) / _PER_MTOK
