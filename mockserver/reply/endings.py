"""Answers that are none: a refusal, or a text that the content filter cuts off."""

from array import array
from random import Random
from typing import Final, Literal

from .reply import Reply
from .tokenised import tokenise

Ending = Literal["refusal", "content_filter"]

_REFUSALS: Final = (
    "I'm sorry, but I can't assist with that request.",
    "I'm sorry, I can't help with that.",
    "I can't provide that kind of content.",
)


def refused(encoding_name: str, cap: int | None, rng: Random) -> Reply:
    """A refusal, in the words that models have for it; it ends with "stop", or where the cap cuts it."""
    said = tokenise(rng.choice(_REFUSALS), encoding_name)
    if cap is None or cap >= len(said):
        return Reply(said.text, said.ends, "stop", refusal=True)
    ends = said.ends[:cap]
    return Reply(said.text[: ends[-1]], ends, "length", refusal=True)


def filtered(reply: Reply) -> Reply:
    """A reply of which the content filter lets only the first half through."""
    ends = reply.ends[: max(1, len(reply.ends) // 2)] if reply.ends else array("I")
    return Reply(reply.text[: ends[-1] if ends else 0], ends, "content_filter")
