"""What an attempt cost, at list prices."""

from profiles.catalogue import ModelFacts
from profiles.pricing import price_usd
from profiles.record import Tokens


def cost_usd(facts: ModelFacts | None, tokens: Tokens | None) -> float | None:
    """The price of an answer in USD, None when a price or a count is not known: that is not the same as free."""
    if facts is None or tokens is None or tokens.prompt is None or tokens.completion is None:
        return None
    return price_usd(facts, tokens.prompt, tokens.cached or 0, tokens.completion)
