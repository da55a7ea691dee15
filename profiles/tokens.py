"""How many tokens a prompt is: the overhead of the chat format on top of the texts.

prompt_tokens = sum over messages of (3 + tokens(role) + tokens(content) [+ tokens(name) + 1]) + 3

Every role is one token; a name equal to the role costs one less. Reasoning models count one less in total. Exact on 830
of 836 recorded plain-text requests. What else a message can hold is an estimate: a call as its name and arguments and
`_PER_CALL`, images by `images.py`, audio and files by their length.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from .catalogue import ModelFacts
from .encodings import count_tokens
from .images import Image, image_tokens

_PER_MESSAGE: Final = 3 + 1
_REPLY_PRIMING: Final = 3
_PER_CALL: Final = 7
"""Assumption: what marks a call in the prompt."""


class SaidCall(msgspec.Struct, frozen=True):
    """A call that an assistant made earlier in the conversation."""

    id: str
    name: str
    arguments: str


class Message(msgspec.Struct, frozen=True):
    """A chat message as far as counting and answering are concerned: who says what.

    `calls` are those that an assistant made, `answers` is the call that a tool's message belongs to. `other_tokens` is
    what audio and files count.
    """

    role: str
    text: str
    name: str | None = None
    calls: tuple[SaidCall, ...] = ()
    answers: str | None = None
    images: tuple[Image, ...] = ()
    other_tokens: int = 0


def prompt_tokens(messages: Iterable[Message], facts: ModelFacts) -> int:
    """The `usage.prompt_tokens` of a request with these messages and nothing else."""
    total = _REPLY_PRIMING - facts.reasoning
    for message in messages:
        total += _PER_MESSAGE + count_tokens(message.text, facts.encoding)
        if message.name is not None:
            total += count_tokens(message.name, facts.encoding) + 1 - (message.name == message.role)
        if message.calls or message.images or message.other_tokens:
            total += _attached(message, facts)
    return total


def _attached(message: Message, facts: ModelFacts) -> int:
    calls = sum(
        _PER_CALL + count_tokens(call.name, facts.encoding) + count_tokens(call.arguments, facts.encoding)
        for call in message.calls
    )
    return calls + sum(image_tokens(image, facts.image_price) for image in message.images) + message.other_tokens
