"""Prompts of a given size: what is asked, cut or padded until the request is exactly so many tokens."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from profiles.catalogue import ModelFacts
from profiles.encodings import count_tokens, encoding
from profiles.tokens import Message, prompt_tokens

from .words import WORDS


def fitted(messages: Sequence[Mapping[str, Any]], tokens: int, facts: ModelFacts, rng: Random) -> list[dict[str, Any]]:
    """The messages with the text of the last one cut or padded so that they are `tokens` prompt tokens together.

    Where what stands before it leaves no room the last one is all there is. Its text is a token at least: a prompt is
    8 tokens or more.
    """
    *before, last = ({**message} for message in messages)
    others = [Message(message["role"], message["content"]) for message in before]
    room = tokens - prompt_tokens([*others, Message(last["role"], "")], facts)
    if room < 1 and before:
        return fitted([last], tokens, facts, rng)
    return [*before, {**last, "content": sized(last["content"], max(room, 1), facts.encoding, rng)}]


def sized(text: str, tokens: int, encoding_name: str, rng: Random) -> str:
    """`text` cut, or with words behind it, so that it is exactly `tokens` tokens (1 or more)."""
    coder = encoding(encoding_name)
    ids = coder.encode_ordinary(text)
    if len(ids) == tokens:
        return text
    for kept in range(min(tokens, len(ids)), 0, -1):
        # A text that was cut may be another number of tokens than its ids were: they need not end where a word does.
        head = (text if kept == len(ids) else coder.decode(ids[:kept], errors="ignore")).rstrip()
        count = count_tokens(head, encoding_name)
        if head and count <= tokens:
            return head + "".join(f" {word}" for word in rng.choices(WORDS, k=tokens - count))
    return " ".join(rng.choices(WORDS, k=tokens))
