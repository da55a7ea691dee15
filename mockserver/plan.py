"""The composer: what will be answered, and when, decided as a whole before the first byte leaves."""

from array import array
from collections.abc import Iterator
from random import Random
from typing import Final, Self

import msgspec

from .answer import Answer, ReplyPlan, Unseated
from .chance import Chance, of_choice
from .latency import Cadence, Engine, LatencyProfile
from .latency.draws import Numbers
from .latency.seating import alone
from .question import Question
from .remembered import Remembered
from .reply import Reply, Writer
from .reply.endings import filtered, refused
from .reply.reply import Length
from .usage import NOTHING, Found, reasoning_tokens
from .wire.ids import chat_completion_id, fingerprint
from .written import Written, written

_MOST_CODE_POINTS: Final = 16_000_000
"""Of replies that are remembered: about 80 MB with the ends of their tokens."""


class Composer(msgspec.Struct, frozen=True):
    """Composes answers from a question and its chance: the same two give the same text, tokens and rhythm."""

    writer: Writer
    latency: LatencyProfile
    engine: Engine | None = None
    remembered: Remembered[Written] = msgspec.field(default_factory=lambda: Remembered(_MOST_CODE_POINTS, _length))

    @classmethod
    def of(cls, writer: Writer, latency: LatencyProfile) -> Self:
        """A composer of these latencies, with an engine where they are those of one."""
        return cls(writer, latency, None if latency.engine is None else Engine(latency.engine, latency.slowdown))

    def compose(
        self,
        question: Question,
        chance: Chance,
        created: int,
        ids: Random,
        *,
        cache: Found = NOTHING,
        at: float | None = None,
    ) -> Answer:
        """The answer to a question. Its text depends on the question alone, its rhythm on this asking of it.

        What `cache` holds of the prompt need not be read again. `at` is the simulated instant, in epoch seconds.
        """
        facts = question.facts
        told = self.remembered.get(
            _asked(question, chance),
            lambda: written(question, [self._reply(question, chance, index) for index in range(question.n)]),
        )
        cadences = self._cadences(question, chance, told, cache.cached_tokens, at)
        unseated = () if self.engine is None else tuple(map(Unseated, told.thoughts, cadences))
        choices = told.choices(question, chance, ids)
        plan = ReplyPlan(
            chat_completion_id(created, ids),
            created,
            facts,
            choices,
            told.usage_with(question, cache),
            fingerprint(facts.snapshot) if facts.fingerprint else None,
            told.reply_hash,
            question.service_tier,
        )
        return Answer(plan, cadences, unseated)

    def _cadences(
        self, question: Question, chance: Chance, told: Written, cached_tokens: int, at: float | None
    ) -> tuple[Cadence, ...]:
        """The rhythm of each choice, drawn for this asking."""
        cadences = []
        for index, (reply, thought) in enumerate(zip(told.replies, told.thoughts, strict=True)):
            numbers = chance.of_request(of_choice("latency", index))
            cadences.append(
                self._cadence(
                    question, numbers, cached_tokens=cached_tokens, thought=thought, said=len(reply.ends), at=at
                )
            )
        return tuple(cadences)

    def _cadence(
        self, question: Question, numbers: Numbers, *, cached_tokens: int, thought: int, said: int, at: float | None
    ) -> Cadence:
        """The rhythm of one choice; in an engine as if nobody else was there."""
        if self.engine is not None:
            lead_s = self.latency.of(question.facts).first_byte_lead_ms / 1e3
            own = alone(self.engine.figures, question.prompt_tokens, thought + said, cached_tokens)
            return own.led_by(lead_s).after(thought)
        return self.latency.cadence(
            question.facts,
            question.prompt_tokens,
            said,
            numbers,
            cached_tokens=cached_tokens,
            hidden_tokens=thought,
            at=at,
        )

    def timed_by(self, latency: LatencyProfile) -> "Composer":
        """A composer of other latencies, which also say how long replies are."""
        return Composer.of(self.writer, latency)

    def write_ahead(self, question: Question, chance: Chance) -> Iterator[None]:
        """Write what `compose` will find, one choice a step: many long ones in one piece would hold up everybody."""
        asked = _asked(question, chance)
        if asked in self.remembered:
            return
        replies = []
        for index in range(question.n):
            replies.append(self._reply(question, chance, index))
            yield
        self.remembered.get(asked, lambda: written(question, replies))

    @staticmethod
    def _thought(question: Question, chance: Chance, index: int) -> int:
        """The tokens of a choice's reasoning: never more than the request allows the whole answer."""
        facts = question.facts
        if not facts.reasoning:
            return 0
        numbers = chance.of_question(of_choice("reasoning", index))
        thought = reasoning_tokens(question.effort, numbers, facts.reasoning_step_tokens)
        return thought if question.cap is None else min(thought, question.cap)

    def _reply(self, question: Question, chance: Chance, index: int) -> tuple[int, Reply]:
        """The hidden tokens of a choice, and what is said behind them."""
        thought = self._thought(question, chance, index)
        return thought, self._said(question, chance, index, thought)

    def _said(self, question: Question, chance: Chance, index: int, thought: int) -> Reply:
        cap = question.cap
        if cap is not None and question.facts.reasoning:
            # Formatting tokens count too; a request that has no room behind the reasoning gets no text at all.
            cap -= thought + question.facts.answer_extra_tokens
            if cap <= 0:
                return Reply("", array("I"), "length")
        if question.ending == "refusal":
            return refused(question.facts.encoding, cap, chance.generator(of_choice("reply", index)))
        length = self._length(question, cap, chance, index)
        reply = self.writer.write(
            question.messages,
            length,
            stop=question.stop,
            encoding_name=question.facts.encoding,
            form=question.form,
            offer=question.offer,
            rng=chance.generator(of_choice("reply", index)),
        )
        return filtered(reply) if question.ending == "content_filter" else reply

    def _length(self, question: Question, cap: int | None, chance: Chance, index: int) -> Length:
        if question.reply_tokens is None:
            return self.latency.length(question.facts, cap, chance.of_question(of_choice("length", index)))
        longest = question.facts.max_output_tokens if cap is None else cap
        return Length(min(question.reply_tokens, longest), exact=True, cap=cap)


def _asked(question: Question, chance: Chance) -> bytes:
    """What the text of an answer depends on."""
    if question.ending is None and question.reply_tokens is None:
        return chance.identity
    return chance.identity + f"{question.ending or ''}{question.reply_tokens or ''}".encode()


def _length(identity: bytes, told: Written) -> int:
    """What replies weigh: their texts, and what is there without one."""
    return sum(len(reply.text) + 500 for reply in told.replies) + len(identity)
