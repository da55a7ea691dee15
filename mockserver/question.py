"""What is asked of which model: a valid request, as far as it matters to the answer."""

from typing import Literal

import msgspec

from profiles.catalogue import ModelFacts
from profiles.tokens import Message

from .reply.endings import Ending
from .reply.form import Form, JsonMode, JsonOf
from .reply.tools import Offer

__all__ = ["Conversation", "Ending", "Form", "JsonMode", "JsonOf", "Question", "ServiceTier"]

Conversation = tuple[Message, ...]
ServiceTier = Literal["default", "flex", "scale", "priority"]


class Question(msgspec.Struct, frozen=True):
    """A valid request.

    `cap` is the most tokens the client wants, None when it does not say; `stop` where the text has to end;
    `prompt_tokens` what messages, tools and form count together. `offer` is None when nothing may be called.
    `top_logprobs` is how many alternatives each token is to be shown with, None when log probabilities were not asked
    for. `effort` is the reasoning effort, None for the model's own. `prediction` is the text that the client expects.
    `ending` is how the answer has to end, `reply_tokens` how long it is; None: as it comes.
    """

    facts: ModelFacts
    messages: Conversation
    prompt_tokens: int
    cap: int | None = None
    stop: tuple[str, ...] = ()
    form: Form = None
    offer: Offer | None = None
    n: int = 1
    top_logprobs: int | None = None
    effort: str | None = None
    prediction: str | None = None
    service_tier: ServiceTier = "default"
    ending: Ending | None = None
    reply_tokens: int | None = None
