"""Asking the prompt cache about a call."""

from typing import Any, Final

import orjson

from profiles.catalogue import ModelFacts
from profiles.encodings import token_bytes

from ..request.reading import Reading
from ..usage import A_DAY, IN_MEMORY, LEAST_TOKENS, NOTHING, Found
from .call import Call

_BEFORE_MESSAGES: Final = ("tools", "functions", "response_format")
"""Fields that stand before the messages in what the model is shown."""


def cached(call: Call, facts: ModelFacts, body: dict[str, Any], reading: Reading) -> Found:
    """What the cache holds of a prompt, which it holds from now on. A short one is not even looked at."""
    question = reading.question
    if question.prompt_tokens < LEAST_TOKENS:
        return NOTHING
    simulation = call.simulation
    shown = [orjson.dumps(body[name]).decode() for name in _BEFORE_MESSAGES if body.get(name)]
    shown += [text for message in question.messages for text in (message.role, message.text)]
    return simulation.prompts.use(
        f"{call.account.organization_id}/{facts.snapshot}/{reading.cache_key}".encode(),
        token_bytes(shown, facts.encoding),
        simulation.clock.simulated(call.trace.received_at),
        A_DAY if reading.kept_for_a_day else IN_MEMORY,
        exactly=facts.caches_exactly,
    )
