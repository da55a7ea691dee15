"""What will be answered, when, and how it is delivered: the values that the composer makes and faults edit.

A `ReplyPlan` says what, a `Cadence` a choice when, a `Delivery` what goes wrong on the way; streamed and unstreamed
answers play the same.
"""

import bisect
from array import array
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from profiles.catalogue import ModelFacts

from .latency import Cadence
from .reply import Reply
from .reply.logprobs import TokenLogprob
from .wire.bodies import Head, Usage
from .wire.errors import Refusal

End = Literal["whole", "silent", "cut", "reset"]
"""How an answer ends: as it should; without its last chunks; with the connection; with the connection reset."""


class Choice(NamedTuple):
    """One reply of an answer.

    `call_ids` are the ids of its calls; legacy functions have none. `logprobs` are those of its tokens, drawn as they
    are taken and only once; None when nobody asked.
    """

    reply: Reply
    call_ids: tuple[str, ...] = ()
    logprobs: Iterator[TokenLogprob] | None = None


def reply_hash(replies: Iterable[Reply]) -> str:
    """A digest of what is said and called."""
    digest = blake2b(digest_size=8)
    for reply in replies:
        said = [reply.text, *(call.name for call in reply.calls)]
        digest.update("\0".join(said).encode())
    return digest.hexdigest()


class ReplyPlan(NamedTuple):
    """What is answered. `created` is in unix seconds; `reply_hash` tells answers apart without keeping them."""

    id: str
    created: int
    facts: ModelFacts
    choices: tuple[Choice, ...]
    usage: Usage
    fingerprint: str | None
    reply_hash: str
    service_tier: str = "default"

    @property
    def head(self) -> Head:
        """What the answer says about itself."""
        return Head(
            self.id,
            self.created,
            self.facts.snapshot,
            self.fingerprint,
            logprobs=not self.facts.reasoning,
            service_tier=self.service_tier,
        )

    def saying(self, choices: tuple[Choice, ...]) -> "ReplyPlan":
        """The same with other choices."""
        return self._replace(choices=choices, reply_hash=reply_hash([choice.reply for choice in choices]))


class Disturbance(NamedTuple):
    """What becomes of the frame behind so many tokens, or of a whole body."""

    tokens: int
    change: Callable[[bytes], bytes]


class Delivery(NamedTuple):
    """How an answer is delivered, where it is not as it should be.

    After `tokens` tokens of the first choice it ends as `end` says, `last_words` being sent before; `body` comes in
    place of a whole one. `disturbances` change frames, or the body of a whole answer. `shows_usage`: whether counts are
    told at all.
    """

    tokens: int = 0
    end: End = "whole"
    last_words: bytes = b""
    body: bytes | None = None
    disturbances: tuple[Disturbance, ...] = ()
    content_type: str | None = None
    shows_usage: bool = True


AS_IT_SHOULD_BE: Final = Delivery()


class Unseated(NamedTuple):
    """A choice without a seat yet: the tokens that are not seen, and the rhythm that nothing has changed."""

    hidden: int
    cadence: Cadence


class Answer(NamedTuple):
    """A plan, the rhythm of each of its choices on the simulated scale, and its delivery.

    Where an engine decides the rhythm while it goes on, `cadences` are those of an answer that has it for itself;
    `unseated` is what it has to know to give each choice a seat.
    """

    plan: ReplyPlan
    cadences: tuple[Cadence, ...]
    unseated: tuple[Unseated, ...] = ()
    delivery: Delivery = AS_IT_SHOULD_BE

    @property
    def tokens(self) -> int:
        """The tokens of its first choice, in which faults count."""
        return len(self.plan.choices[0].reply)

    def at(self, tokens: int) -> float:
        """The instant at which the first choice has said so many tokens; the first byte's for none."""
        first = self.cadences[0]
        return first.token_s[min(tokens, len(first.token_s)) - 1] if tokens and first.token_s else first.first_byte_s

    def later(self, delay_s: float, *, after: int = 0, headers: bool = False) -> "Answer":
        """The answer with everything behind its first `after` tokens `delay_s` later, with or without the headers."""
        from_s = self.at(after)
        cadences = []
        for place, cadence in enumerate(self.cadences):
            # Instants may be equal, all of them where there is no latency: the first choice is cut by its tokens.
            before = after if place == 0 or not after else bisect.bisect_right(cadence.token_s, from_s)
            token_s = cadence.token_s[:before] + array("d", [at + delay_s for at in cadence.token_s[before:]])
            cadences.append(Cadence(cadence.first_byte_s + (delay_s if headers else 0.0), token_s))
        return self._replace(cadences=tuple(cadences))

    def slower(self, factor: float) -> "Answer":
        """The answer with its gaps between tokens `factor` times as long; the first token comes when it did."""

        def stretched(cadence: Cadence) -> Cadence:
            first_s = cadence.first_s
            token_s = array("d", [first_s + (at - first_s) * factor for at in cadence.token_s])
            return Cadence(cadence.first_byte_s, token_s)

        return self._replace(cadences=tuple(map(stretched, self.cadences)))

    def timed(self, ttft_s: float | None, itl_s: float | None) -> "Answer":
        """The answer with its first token, or the gaps between its tokens, at these times exactly."""

        def set_to(cadence: Cadence) -> Cadence:
            first_s = cadence.first_s if ttft_s is None else ttft_s
            shift_s = first_s - cadence.first_s
            if itl_s is None:
                token_s = array("d", [at + shift_s for at in cadence.token_s])
            else:
                token_s = array("d", [first_s + i * itl_s for i in range(len(cadence.token_s))])
            return Cadence(max(0.0, cadence.first_byte_s + shift_s), token_s)

        return self._replace(cadences=tuple(map(set_to, self.cadences)))

    def shortened(self, tokens: int) -> "Answer":
        """What is left of the answer when it ends after so many tokens of its first choice; the counts stay."""
        until_s = self.at(tokens)
        choices, cadences = [], []
        for place, (choice, cadence) in enumerate(zip(self.plan.choices, self.cadences, strict=True)):
            left = tokens if place == 0 else bisect.bisect_right(cadence.token_s, until_s) if tokens else 0
            left = min(left, len(choice.reply))
            choices.append(choice._replace(reply=_first(choice.reply, left)))
            cadences.append(Cadence(cadence.first_byte_s, cadence.token_s[:left]))
        return self._replace(plan=self.plan.saying(tuple(choices)), cadences=tuple(cadences))


class Silence(NamedTuple):
    """No answer at all: after `wait_s` simulated seconds (None: never) the connection ends."""

    wait_s: float | None = None
    end: Literal["cut", "reset"] = "cut"


Outcome = Answer | Refusal | Silence


def _first(reply: Reply, tokens: int) -> Reply:
    """The first tokens of a reply, with calls cut off where its text is."""
    ends = reply.ends[:tokens]
    text = reply.text[: ends[-1] if ends else 0]
    return replace(reply, text=text, ends=ends)
