"""What an answer counts beside its text: cached prompts, hidden reasoning, predictions that came true."""

from .prediction import prediction_usage
from .prefix_cache import A_DAY, IN_MEMORY, LEAST_TOKENS, NOTHING, Found, Keeping, PrefixCache
from .reasoning import reasoning_tokens

__all__ = [
    "A_DAY",
    "IN_MEMORY",
    "LEAST_TOKENS",
    "NOTHING",
    "Found",
    "Keeping",
    "PrefixCache",
    "prediction_usage",
    "reasoning_tokens",
]
