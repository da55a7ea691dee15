"""What every asker of one question is told alike: written once and remembered, made an answer anew for each of them."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from .answer import Choice, reply_hash
from .chance import Chance, of_choice
from .question import Question
from .reply import Reply
from .reply.logprobs import logprobs
from .usage import NOTHING, Found, prediction_usage
from .wire.bodies import Usage
from .wire.ids import call_id


class Written(NamedTuple):
    """The choices of an answer: what each says, the hidden tokens before it, and what all of them count.

    `usage` is that of a prompt of which nothing is cached. `alike` are the choices as they are told, None where each
    asking makes its own: calls have new ids, and log probabilities are drawn as they are taken.
    """

    replies: tuple[Reply, ...]
    thoughts: tuple[int, ...]
    reply_hash: str
    usage: Usage
    alike: tuple[Choice, ...] | None

    def choices(self, question: Question, chance: Chance, ids: Random) -> tuple[Choice, ...]:
        """The choices for one asking."""
        if self.alike is not None:
            return self.alike
        return tuple(_choice(question, reply, chance, index, ids) for index, reply in enumerate(self.replies))

    def usage_with(self, question: Question, cache: Found) -> Usage:
        """What the answer counts when this was found in the prompt cache, and put there."""
        if cache is NOTHING:
            return self.usage
        kept = cache.written_tokens if question.facts.caches_exactly else None
        return self.usage._replace(cached_tokens=cache.cached_tokens, cache_write_tokens=kept)


def written(question: Question, choices: Sequence[tuple[int, Reply]]) -> Written:
    """What is remembered of these choices, each with its hidden tokens before it."""
    thoughts, replies = tuple(thought for thought, _ in choices), tuple(reply for _, reply in choices)
    alike = question.top_logprobs is None and not any(reply.calls for reply in replies)
    usage = _usage(question, replies, sum(thoughts))
    return Written(replies, thoughts, reply_hash(replies), usage, tuple(map(Choice, replies)) if alike else None)


def _choice(question: Question, reply: Reply, chance: Chance, index: int, ids: Random) -> Choice:
    legacy = question.offer is not None and question.offer.legacy
    call_ids = () if legacy else tuple(call_id(ids) for _ in reply.calls)
    top = question.top_logprobs
    if top is None or reply.calls:
        return Choice(reply, call_ids)
    rng = chance.generator(of_choice("logprobs", index))
    return Choice(reply, call_ids, logprobs(reply, question.facts.encoding, top, rng))


def _usage(question: Question, replies: Sequence[Reply], thought: int) -> Usage:
    """What an answer counts. Formatting tokens are there wherever a reasoning model said something."""
    facts = question.facts
    said = sum(map(len, replies))
    extra = facts.answer_extra_tokens * sum(len(reply) > 0 for reply in replies)
    accepted = rejected = 0
    if question.prediction is not None:
        accepted, rejected = prediction_usage(question.prediction, replies[0].text, facts.encoding)
    return Usage(
        question.prompt_tokens,
        thought + said + extra,
        reasoning_tokens=thought,
        cache_write_tokens=0 if facts.caches_exactly else None,
        accepted_prediction_tokens=accepted,
        rejected_prediction_tokens=rejected,
    )
