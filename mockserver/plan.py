"""What will be answered, and when: decided as a whole before the first byte leaves.

A `ReplyPlan` says what, a `Cadence` when; streamed and unstreamed answers play the same two.
"""

from dataclasses import dataclass
from hashlib import blake2b
from random import Random

from profiles.catalogue import ModelFacts

from .chance import Chance
from .latency import Cadence, LatencyProfile
from .question import JsonMode, Question
from .reply import Reply, Writer
from .wire.bodies import Head, Usage
from .wire.ids import chat_completion_id, fingerprint


@dataclass(frozen=True, slots=True)
class ReplyPlan:
    """What is answered. `created` is in unix seconds."""

    id: str
    created: int
    facts: ModelFacts
    reply: Reply
    usage: Usage
    fingerprint: str | None

    @property
    def head(self) -> Head:
        """What the answer says about itself."""
        return Head(self.id, self.created, self.facts.snapshot, self.fingerprint, logprobs=not self.facts.reasoning)

    @property
    def reply_hash(self) -> str:
        """A digest of the text, for comparing answers without keeping them."""
        return blake2b(self.reply.text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A plan and its rhythm; the rhythm is on the simulated scale."""

    plan: ReplyPlan
    cadence: Cadence


@dataclass(frozen=True, slots=True)
class Composer:
    """Composes answers from a question and its chance: the same two give the same text, tokens and rhythm."""

    writer: Writer
    latency: LatencyProfile

    def compose(self, question: Question, chance: Chance, created: int, ids: Random) -> Answer:
        """The answer to a question. Its text depends on the question alone, its rhythm on this asking of it."""
        facts = question.facts
        length = self.latency.length(facts, question.cap, chance.of_question("length"))
        reply = self.writer.write(
            question.messages,
            length,
            stop=question.stop,
            encoding_name=facts.encoding,
            json_object=isinstance(question.form, JsonMode),
            rng=chance.of_question("reply"),
        )
        usage = Usage(question.prompt_tokens, len(reply.ends))
        cadence = self.latency.cadence(facts, usage.prompt_tokens, len(reply.ends), chance.of_request("latency"))
        plan = ReplyPlan(
            id=chat_completion_id(created, ids),
            created=created,
            facts=facts,
            reply=reply,
            usage=usage,
            fingerprint=fingerprint(facts.snapshot) if facts.fingerprint else None,
        )
        return Answer(plan, cadence)
