"""One call of one user: its attempts, what was seen of them, what is kept."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec

from profiles.catalogue import FALLBACK_ENCODING, Catalogue
from profiles.record import Outcome, Record

from ..client.chat import Cancelled
from ..client.hang_up import NEVER, HangUp
from ..client.retry import Happened, Policy, RetryPlan
from ..client.timeouts import Timeouts
from ..measure.attempt import Attempt, Price, conclude
from ..measure.timeline import Timeline
from ..money.amount import Amount
from ..money.pricing import cost_usd
from ..workload import Answer
from .checks import Check
from .purse import Purse, Unlimited

NO_BUDGET: Final = "budget"
"""The detail of what was not sent because the caps of the run were used up."""


class OutOfBudgetError(Exception):
    """An attempt was not sent because there is no budget for it; its record is kept."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asks: the request body, and how to tell whether the answer is as expected.

    `timeouts` and `retry` are its own where it has some, `hang_up` is when the user will have had enough.
    """

    class_name: str
    body: Mapping[str, Any]
    check: Check
    session: str | None = None
    turn: int | None = None
    timeouts: Timeouts | None = None
    retry: RetryPlan | None = None
    hang_up: HangUp = NEVER


class ChatResult(msgspec.Struct, frozen=True):
    """What came of a call: the text of the answer (what there is of it), how the last attempt ended, and its record."""

    text: str
    outcome: Outcome
    record: Record


class Client(Protocol):
    """Sends a request and tells what was seen of the answer; harness.client.chat.ChatClient is one."""

    def send(
        self, body: Mapping[str, Any], *, request_id: str, timeouts: Timeouts | None, hang_up: HangUp
    ) -> Timeline: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes calls: with which client and retry policy, and who wants to know of every attempt.

    `policy` makes the retry policy of a call from its id, by the question's own plan where it has one. `pause(seconds)`
    waits and returns True when the run ended meanwhile. `keep` stores a record, `announce` tells Locust of it.
    `names_model` is false where questions name deployments. `worker` and `labels` say where the calls come from,
    `stage_at` in which stage of the load what is due then is. `purse` pays for every attempt.
    """

    client: Client
    policy: Callable[[str, RetryPlan | None], Policy]
    catalogue: Catalogue
    pause: Callable[[float], bool]
    keep: Callable[[Record], None]
    announce: Callable[[Record, Timeline], None]
    purse: Purse = field(default_factory=Unlimited)
    names_model: bool = True
    stage_at: Callable[[float], str | None] = lambda _intended_at: None
    worker: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    def call(self, question: Question, call_id: str, intended_at: float | None = None) -> ChatResult:
        """Make the call, attempt by attempt, until the policy gives up or the run ends.

        `intended_at` is when it was due (epoch seconds), now where nothing else was planned. Raises Cancelled, after
        the record is kept, when the user is killed meanwhile, and OutOfBudgetError likewise.
        """
        waits: Policy | None = None
        number, wait_ms = 1, None
        while True:
            held = self.purse.hold(question.body)
            # What was not planned is due when it may be sent: waiting for budget is no matter of the server.
            due_at = time.time() if intended_at is None else intended_at
            attempt = self._attempt(question, call_id, number, wait_ms, due_at)
            if held is None:
                self.keep(_unsent(question, attempt))
                raise OutOfBudgetError
            timeline, record = self._made(question, attempt, held)
            if record.outcome == "complete":  # of most calls no policy is needed, and making one may seed a generator
                return ChatResult(timeline.text, record.outcome, record)
            waits = waits or self._waits(question, call_id)
            wait_ms = _wait_ms(waits, Happened(record.outcome, timeline.status, timeline.headers))
            if wait_ms is None:
                return ChatResult(timeline.text, record.outcome, record)
            number, intended_at = number + 1, time.time() + wait_ms / 1000  # whoever wakes up later is late
            if self.pause(wait_ms / 1000):
                return ChatResult(timeline.text, record.outcome, record)

    def _waits(self, question: Question, call_id: str) -> Policy:
        """The policy of a call whose first attempt has been made."""
        waits = self.policy(call_id, question.retry)
        next(waits)
        return waits

    def _attempt(
        self, question: Question, call_id: str, number: int, wait_ms: float | None, intended_at: float
    ) -> Attempt:
        model = question.body["model"]
        return Attempt(
            id=f"{call_id}.{number}",
            attempt=number,
            class_=question.class_name,
            model=model,
            intended_at=intended_at,
            session=question.session,
            turn=question.turn,
            wait_ms=wait_ms,
            messages=question.body["messages"],
            facts=self.catalogue.resolve(model),
            names_model=self.names_model,
            stage=self.stage_at(intended_at),
            worker=self.worker,
            labels=self.labels,
        )

    def _made(self, question: Question, attempt: Attempt, held: Amount) -> tuple[Timeline, Record]:
        """Make one attempt; it is kept and announced however it ends."""
        try:
            timeline = self.client.send(
                question.body, request_id=attempt.id, timeouts=question.timeouts, hang_up=question.hang_up
            )
        except Cancelled as cancelled:
            self._concluded(question, attempt, cancelled.timeline, held)
            raise
        return timeline, self._concluded(question, attempt, timeline, held)

    def _concluded(self, question: Question, attempt: Attempt, timeline: Timeline, held: Amount) -> Record:
        said = timeline.text or timeline.reply.refusal or timeline.reply.tool_calls
        problems = question.check(_answer(timeline, attempt)) if said else ()
        record = conclude(timeline, attempt, problems, self._price(attempt))
        self.purse.settle(held, record)
        self.keep(record)
        self.announce(record, timeline)
        return record

    def _price(self, attempt: Attempt) -> Price:
        """What the tokens of an attempt cost: at another model's price where the run says so."""
        if self.catalogue.price_as is None:
            return cost_usd
        facts = self.catalogue.priced(attempt.model)
        return lambda _, tokens: cost_usd(facts, tokens)


def _answer(timeline: Timeline, attempt: Attempt) -> Answer:
    """What an answer said, for those who expect something of it; a refusal is what it said where there is no text."""
    reply = timeline.reply
    return Answer(
        text=reply.text or reply.refusal,
        calls={call.name: call.arguments for call in reply.tool_calls},
        stated_tokens=None if reply.usage is None else reply.usage.visible,
        encoding=FALLBACK_ENCODING if attempt.facts is None else attempt.facts.encoding,
    )


def _unsent(question: Question, attempt: Attempt) -> Record:
    """The record of an attempt that there was no budget for."""
    return Record(
        id=attempt.id,
        attempt=attempt.attempt,
        class_=attempt.class_,
        model=attempt.model,
        stream=bool(question.body.get("stream")),
        intended_at=attempt.intended_at,
        outcome="not_sent",
        detail=NO_BUDGET,
        session=attempt.session,
        turn=attempt.turn,
        stage=attempt.stage,
        worker=attempt.worker,
        labels=attempt.labels,
        wait_ms=attempt.wait_ms,
    )


def _wait_ms(waits: Policy, happened: Happened) -> float | None:
    """How long to wait before the next attempt; None when there is to be none."""
    try:
        return waits.send(happened)
    except StopIteration:
        return None
