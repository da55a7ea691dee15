"""What a request costs at worst, before it is sent, and what it did cost, after it has ended."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from msgspec.structs import replace

from profiles.catalogue import ModelFacts
from profiles.encodings import count_tokens
from profiles.pricing import price_usd
from profiles.record import Record
from profiles.tokens import Message, prompt_tokens

from .amount import Amount, Caps, nano_usd

LIMITS: Final = ("max_completion_tokens", "max_tokens")
"""What bounds an answer, in a request's body."""
MARGIN_TOKENS: Final = 16
_MARGIN_SHARE: Final = 50
_WAYS: Final = (
    "say with --price-as MODEL at which model's price it counts, or cap tokens or requests instead of dollars"
)
_TOLD: Final = ("tools", "functions", "response_format", "tool_choice", "prediction")
"""Fields that are part of the prompt or billed like it, besides the messages."""


class UnboundedError(ValueError):
    """Nothing bounds what a request may cost; the message says what would."""


def worst_case(body: Mapping[str, Any], facts: ModelFacts, caps: Caps) -> Amount:
    """What a request with this body costs at most: its prompt as estimated and `max_tokens` for every choice.

        tokens = prompt + prompt / 50 + 16 + max_tokens * n
        cost   = the prompt's tokens at the input price, none cached, the others at the output price

    The estimate of plain texts is exact on 99 % of recorded requests; the margin is for the others, and for tools,
    which are counted as their JSON. A prompt with images, audio or files is taken to fill the context. Raises
    UnboundedError where nothing bounds the answer, or dollars are capped and the model has no price.
    """
    completion = bound_of(body)
    if completion is None:
        raise UnboundedError("has no max_tokens, so that a cap cannot hold: nothing bounds what an answer costs")
    if caps.cost_usd is not None and not facts.is_priced:
        raise UnboundedError(f"asks {facts.name}, whose price is not known; {_WAYS}")
    prompt = _prompt_bound(body, facts)
    # A cached token may cost more than another (a surcharge); the worst case is whichever is dearer.
    cached = max(facts.cached_usd_per_mtok or 0.0, facts.input_usd_per_mtok or 0.0)
    dearest = replace(facts, cached_usd_per_mtok=cached)
    return Amount(1, prompt + completion, nano_usd(price_usd(dearest, prompt, prompt, completion) or 0.0))


def bound_of(body: Mapping[str, Any]) -> int | None:
    """How many tokens the answers to a request may have together; None where nothing says so."""
    limit = next((body[name] for name in LIMITS if isinstance(body.get(name), int)), None)
    choices = body.get("n")
    return None if limit is None else limit * (choices if isinstance(choices, int) else 1)


def cost_of(record: Record, worst: Amount) -> Amount:
    """What an attempt cost: by its usage, nothing where it never arrived or was refused, else the worst case.

    An answer that broke off, or a server that failed, may have been billed for all of it.
    """
    tokens = record.tokens
    if tokens is not None and tokens.source == "usage":
        return Amount(1, (tokens.prompt or 0) + (tokens.completion or 0), nano_usd(record.cost_usd or 0.0))
    if record.outcome == "connect_error" or 400 <= (record.status or 0) < 500:
        return Amount(1)
    return worst


def _prompt_bound(body: Mapping[str, Any], facts: ModelFacts) -> int:
    messages = body.get("messages") or ()
    if not all(_is_text(message.get("content")) for message in messages):
        return facts.context_tokens
    counted = prompt_tokens([_message(message) for message in messages], facts)
    counted += sum(_json_tokens(message["tool_calls"], facts) for message in messages if message.get("tool_calls"))
    told = [body[name] for name in _TOLD if body.get(name)]
    if told:
        counted += _json_tokens(told, facts) + (_AROUND_TOOLS if facts.reasoning else 0)
    return counted + counted // _MARGIN_SHARE + MARGIN_TOKENS


_AROUND_TOOLS: Final = 89
"""What the gpt-5 family is told of tools in general (profiles/tools.py)."""


def _is_text(content: Any) -> bool:
    if content is None or isinstance(content, str):
        return True
    return isinstance(content, Sequence) and all("text" in part and part.get("type") == "text" for part in content)


def _message(message: Mapping[str, Any]) -> Message:
    content = message.get("content") or ""
    if not isinstance(content, str):
        content = "".join(part["text"] for part in content)
    return Message(str(message.get("role", "user")), content, message.get("name"))


def _json_tokens(value: Any, facts: ModelFacts) -> int:
    return count_tokens(orjson.dumps(value).decode(), facts.encoding)
