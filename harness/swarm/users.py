"""ChatUser: for people who write their own Locust file."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from locust import User
from locust.env import Environment
from locust.exception import StopUser

from profiles.record import Record

from ..client.retry import Policy, RetryPlan
from ..measure.timeline import Timeline
from ..money.worst import UnboundedError
from .announcing import request_event
from .attached import run_of
from .calling import Caller, ChatResult, OutOfBudgetError, Question
from .checks import Expectation, check_of
from .hooks import hook_in

__all__ = ["ChatResult", "ChatUser"]

DEFAULT_MODEL = "gpt-4o-mini"

hook_in()


class ChatUser(User):
    """A Locust user who chats.

        class Shopper(ChatUser):
            wait_time = constant(1)

            @task
            def ask(self) -> None:
                self.chat([{"role": "user", "content": "Which tents are waterproof?"}], name="tents", expect=["tent"])

    `model` is asked unless a call or --model names another.
    """

    abstract = True
    model = DEFAULT_MODEL

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._run = run_of(environment)
        self._client = self._run.client(environment.host or self.host or "")
        self._unused = Random(0)
        self._caller = Caller(
            client=self._client,
            policy=self._policy,
            catalogue=self._run.catalogue,
            pause=self._run.flight.waiting(self._run.draining.wait),
            keep=self._run.keep,
            announce=self._announce,
            purse=self._run.purse,
            names_model=self._run.settings.api != "azure",
            stage_at=self._run.admission.stage_at,
            worker=self._run.origin.worker,
            labels=self._run.origin.labels,
        )

    def chat(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        name: str,
        stream: bool = True,
        model: str | None = None,
        max_tokens: int | None = None,
        expect: Expectation = (),
        **params: Any,
    ) -> ChatResult:
        """Make one call, with the retries that --retry allows, and return what came of it.

        It succeeded if `outcome` is "complete": only when the answer is proven whole and is as expected. Every attempt
        is a line in the records and a request named `name` in Locust's statistics, a failed one with its outcome as the
        error. `params` go into the request body as they are (temperature=0.2, response_format={...}).

        `expect` says what the answer must hold: a list of words of which one must occur, a function of the text that
        returns whether it is good, or an `harness.workload.Expect`. Raises StopUser when the run is ending, or
        --requests or the budget are used up. A call without `max_tokens` ends a run that has a budget.
        """
        if max_tokens is not None:
            params["max_tokens"] = max_tokens
        body = self._body(model or self.model, messages, stream, params)
        return self._call(Question(class_name=name, body=body, check=check_of(expect)))

    def _body(
        self, model: str, messages: Sequence[Mapping[str, Any]], stream: bool, params: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The request body; a stream is asked for its usage, which is what its tokens are counted by.

        --extra-body has the last word.
        """
        streamed = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
        settings = self._run.settings
        asked = {"model": settings.model or model, "messages": list(messages), **streamed, **params}
        return {**asked, **settings.extra_body} if settings.extra_body else asked

    def _call(self, question: Question, intended_at: float | None = None) -> ChatResult:
        """Make a call if one is left. None begins while the run ends: Locust kills users who just woke up for one."""
        if self._run.draining.is_set() or not self._run.calls.take():
            raise StopUser
        self._run.flight.begins(begins_session=not question.turn)
        try:
            return self._caller.call(question, self._run.next_call(), intended_at)
        except OutOfBudgetError:
            raise StopUser from None
        except UnboundedError as error:
            self._run.stop(f"class {question.class_name} {error}")
            raise StopUser from None
        finally:
            self._run.flight.ends()
            self._run.calls.ended()

    def _policy(self, call_id: str, plan: RetryPlan | None) -> Policy:
        """The jitter of a call follows from the seed and the call's number, whatever this run's id is."""
        plan = plan or self._run.retry_plan
        if plan.attempts == 1:  # nothing is drawn, and seeding costs more than the rest of a call's beginning
            return plan.policy(self._unused)
        return plan.policy(Random(f"{self._run.seed}/retry/{call_id.rpartition('-')[2]}"))

    def _announce(self, record: Record, timeline: Timeline) -> None:
        event = request_event(record, timeline)
        if event is not None:
            self.environment.events.request.fire(**event, context=self.context())
