"""How many tokens a prompt is: the overhead of the chat format on top of the texts.

prompt_tokens = sum over messages of (3 + tokens(role) + tokens(content) [+ tokens(name) + 1]) + 3

Every role is one token. Reasoning models count one less in total. Exact on 830 of 836 recorded plain-text requests.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from .catalogue import ModelFacts
from .encodings import count_tokens

_PER_MESSAGE = 3 + 1
_REPLY_PRIMING = 3


@dataclass(frozen=True, slots=True)
class Message:
    """A chat message as far as counting and answering are concerned: who says what."""

    role: str
    text: str
    name: str | None = None


def prompt_tokens(messages: Iterable[Message], facts: ModelFacts) -> int:
    """The `usage.prompt_tokens` of a request with these messages."""
    total = _REPLY_PRIMING - facts.reasoning
    for message in messages:
        total += _PER_MESSAGE + count_tokens(message.text, facts.encoding)
        if message.name is not None:
            total += count_tokens(message.name, facts.encoding) + 1
    return total
