"""A call, attempt by attempt."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from harness.client.chat import Cancelled
from harness.client.hang_up import HangUp
from harness.client.retry import Happened, Policy, RetryPlan, plan_of
from harness.client.timeouts import Timeouts
from harness.measure.timeline import Failure, Reply, Timeline, ToolCall, Usage
from harness.money.amount import Amount
from harness.swarm.calling import Caller, ChatResult, OutOfBudgetError, Question
from harness.workload import Answer, Expect
from profiles.catalogue import load_catalogue
from profiles.record import Record

CATALOGUE = load_catalogue()
GOOD = Timeline(
    sent_at=10.0,
    stream=False,
    status=200,
    done_s=0.5,
    reply=Reply(text="Reset the upload.", finish_reason="stop", usage=Usage(12, 4)),
)
REFUSED = Timeline(sent_at=10.0, stream=False, status=429, done_s=0.1, headers={"retry-after-ms": "250"})
CUT = Timeline(sent_at=10.0, stream=True, done_s=0.2, failure=Failure("answer", "cancelled"))
QUESTION = Question(
    class_name="short",
    body={"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Why?"}]},
    check=lambda _answer: [],
    session="7",
    turn=0,
)


@dataclass
class Script:
    """A client that answers as scripted, and everything that the caller does with it."""

    answers: list[Timeline | BaseException]
    ended_after: int | None = None
    asked: list[str] = field(default_factory=list)
    terms: list[tuple[Timeouts | None, HangUp]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    kept: list[Record] = field(default_factory=list)
    announced: list[tuple[Record, Timeline]] = field(default_factory=list)

    def send(self, body: Mapping[str, Any], *, request_id: str, timeouts: Timeouts | None, hang_up: HangUp) -> Timeline:
        assert body == QUESTION.body
        self.asked.append(request_id)
        self.terms.append((timeouts, hang_up))
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return self.ended_after is not None and len(self.pauses) > self.ended_after

    def call(self, question: Question = QUESTION, *, retry: bool = True) -> ChatResult:
        def policy(_call_id: str, own: RetryPlan | None) -> Policy:
            return (own or plan_of("backoff" if retry else "none")).policy(Random(1))

        caller = Caller(
            client=self,
            policy=policy,
            catalogue=CATALOGUE,
            pause=self.pause,
            keep=self.kept.append,
            announce=lambda record, timeline: self.announced.append((record, timeline)),
        )
        return caller.call(question, "run-1")


def test_an_answer_is_returned_kept_and_announced_once() -> None:
    script = Script([GOOD])
    result = script.call()
    assert (result.text, result.outcome) == ("Reset the upload.", "complete")
    assert script.kept == [result.record]
    assert script.announced == [(result.record, GOOD)]
    assert script.asked == ["run-1.1"]
    assert (result.record.id, result.record.session, result.record.turn) == ("run-1.1", "7", 0)
    assert result.record.wait_ms is None
    assert result.record.cost_usd == pytest.approx((12 * 0.15 + 4 * 0.60) / 1e6)


def test_no_policy_is_made_for_a_call_whose_first_attempt_is_complete() -> None:
    script, made = Script([GOOD, REFUSED, GOOD]), list[str]()

    def policy(call_id: str, _own: RetryPlan | None) -> Policy:
        made.append(call_id)
        return plan_of("backoff").policy(Random(1))

    caller = Caller(script, policy, CATALOGUE, script.pause, script.kept.append, lambda *_: None)
    outcomes = [caller.call(QUESTION, call_id).outcome for call_id in ("at-once", "refused-first")]
    assert (outcomes, made) == (["complete", "complete"], ["refused-first"])


def test_a_call_that_was_due_counts_from_then_and_its_retries_from_the_end_of_their_wait() -> None:
    script = Script([REFUSED, GOOD])
    before = time.time()
    Caller(
        script,
        lambda *_: plan_of("backoff").policy(Random(1)),
        CATALOGUE,
        script.pause,
        script.kept.append,
        lambda *_: None,
    ).call(QUESTION, "run-1", 7.25)
    first, second = script.kept
    assert first.intended_at == 7.25
    assert before + 0.25 <= second.intended_at <= time.time() + 0.25


def test_a_refused_attempt_is_made_again_after_the_wait_that_the_server_names() -> None:
    script = Script([REFUSED, REFUSED, GOOD])
    assert script.call().outcome == "complete"
    assert script.asked == ["run-1.1", "run-1.2", "run-1.3"]
    assert script.pauses == [0.25, 0.25]
    assert [record.outcome for record in script.kept] == ["rate_limited", "rate_limited", "complete"]
    assert [record.wait_ms for record in script.kept] == [None, 250.0, 250.0]
    assert {record.call for record in script.kept} == {"run-1"}


def test_without_retries_the_first_attempt_decides() -> None:
    script = Script([REFUSED, GOOD])
    assert script.call(retry=False).outcome == "rate_limited"
    assert script.pauses == []


def test_nobody_waits_for_a_retry_when_the_run_ends() -> None:
    script = Script([REFUSED, GOOD], ended_after=0)
    assert script.call().outcome == "rate_limited"
    assert len(script.kept) == 1


@pytest.mark.parametrize(
    ("expect", "outcome"),
    [
        (Expect(non_empty=True), "complete"),
        (Expect(any_of=("sorry",)), "complete"),
        (Expect(any_of=("upload",)), "invalid_content"),
        (Expect(json_keys=("name",)), "invalid_content"),
        (Expect(tool_call="find"), "invalid_content"),
    ],
)
def test_a_refusal_is_an_answer_that_expectations_hold_for(expect: Expect, outcome: str) -> None:
    refusing = replace(GOOD, reply=Reply(refusal="Sorry, I can't.", finish_reason="stop", usage=Usage(12, 4)))
    assert Script([refusing]).call(replace(QUESTION, check=expect.problems)).outcome == outcome


def test_an_answer_that_is_not_as_expected_is_no_success_and_not_asked_for_again() -> None:
    def check(answer: Answer) -> Sequence[str]:
        return [f"not {answer.text}"]

    script = Script([GOOD])
    result = script.call(Question(class_name="short", body=QUESTION.body, check=check))
    assert (result.outcome, result.record.detail) == ("invalid_content", "not Reset the upload.")


def test_a_killed_user_leaves_a_record_and_stays_killed() -> None:
    script = Script([Cancelled(CUT)])
    with pytest.raises(Cancelled):
        script.call()
    assert [record.outcome for record in script.kept] == ["cancelled"]
    assert [record.outcome for record, _ in script.announced] == ["cancelled"]
    assert script.kept[0].done_ms == 200.0


def test_a_policy_is_told_what_happened() -> None:
    told: list[Happened] = []

    def curious(_call_id: str, _own: RetryPlan | None) -> Policy:
        told.append((yield 0.0))

    script = Script([REFUSED])
    Caller(script, curious, CATALOGUE, script.pause, script.kept.append, lambda *_: None).call(QUESTION, "run-1")
    assert told == [Happened("rate_limited", 429, {"retry-after-ms": "250"})]


def test_a_question_s_own_terms_and_policy_are_kept_to() -> None:
    script = Script([REFUSED, GOOD])
    own = replace(QUESTION, timeouts=Timeouts(idle_s=3), retry=plan_of("immediate, told=no"), hang_up=HangUp(2.0))
    assert script.call(own, retry=False).outcome == "complete"
    assert script.terms == [(Timeouts(idle_s=3), HangUp(2.0))] * 2
    assert script.pauses == [0.0]


def test_who_expects_something_is_shown_the_calls_and_the_server_s_count() -> None:
    shown: list[Answer] = []

    def check(answer: Answer) -> Sequence[str]:
        shown.append(answer)
        return ["no"]

    called = Reply(
        tool_calls=(ToolCall("c", "look", "{}"),), finish_reason="tool_calls", usage=Usage(9, 30, reasoning=10)
    )
    script = Script([replace(GOOD, reply=called)])
    assert script.call(replace(QUESTION, check=check)).outcome == "invalid_content"
    assert shown == [Answer("", {"look": "{}"}, stated_tokens=20)]


def test_a_planned_hang_up_is_kept_and_not_asked_again() -> None:
    gone = Timeline(sent_at=10.0, stream=True, status=200, done_s=0.2, failure=Failure("answer", "abandoned"))
    script = Script([gone])
    assert script.call().outcome == "abandoned"
    assert [record.outcome for record in script.kept] == ["abandoned"]


class Poor:
    """A purse that can pay for so many attempts."""

    def __init__(self, attempts: int) -> None:
        self.left = attempts
        self.settled: list[Record] = []

    def hold(self, body: Mapping[str, Any]) -> Amount | None:
        assert body == QUESTION.body
        self.left -= 1
        return Amount(1, 50) if self.left >= 0 else None

    def settle(self, held: Amount, record: Record) -> None:
        assert held == Amount(1, 50)
        self.settled.append(record)

    def heard(self, granted: Amount) -> None: ...

    def close(self) -> None: ...


def paid(script: Script, purse: Poor) -> ChatResult:
    caller = Caller(
        client=script,
        policy=lambda *_: plan_of("immediate, attempts=9").policy(Random(1)),
        catalogue=CATALOGUE,
        pause=script.pause,
        keep=script.kept.append,
        announce=lambda record, timeline: script.announced.append((record, timeline)),
        purse=purse,
    )
    return caller.call(QUESTION, "run-1")


def test_what_there_is_no_budget_for_is_not_sent_and_recorded_once() -> None:
    script, purse = Script([REFUSED, REFUSED, GOOD]), Poor(2)
    with pytest.raises(OutOfBudgetError):
        paid(script, purse)
    assert script.asked == ["run-1.1", "run-1.2"]
    assert [record.outcome for record in purse.settled] == ["rate_limited", "rate_limited"]
    last = script.kept[-1]
    assert (last.id, last.attempt, last.outcome, last.detail) == ("run-1.3", 3, "not_sent", "budget")
    assert (last.sent_at, last.session, last.turn, last.stream) == (None, "7", 0, False)
    assert len(script.announced) == 2


def test_what_a_killed_user_had_in_flight_is_settled_too() -> None:
    script, purse = Script([Cancelled(CUT)]), Poor(5)
    with pytest.raises(Cancelled):
        paid(script, purse)
    assert [record.outcome for record in purse.settled] == ["cancelled"]
