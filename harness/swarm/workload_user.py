"""The user who runs a workload."""

from collections.abc import Mapping, Sequence
from typing import Any

from locust import task
from locust.env import Environment
from locust.exception import StopUser
from msgspec.structs import replace

from ..client.hang_up import NEVER
from ..workload import Expect, Session
from .admission import Entry
from .attached import run_of
from .calling import Question
from .hooks import offer_workload_arguments
from .replaying import as_long_as_traced, facts_of
from .users import ChatUser

offer_workload_arguments()


class WorkloadUser(ChatUser):
    """Holds one session of the workload after another, one turn per Locust task.

    The history grows with the replies that really came. A turn that fails for good ends its session: what would have
    followed it never happens. Then the user goes on with the next session of the run.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        workload = run_of(environment).workload
        if workload is None:
            raise StopUser("WorkloadUser needs --workload")
        self._workload = workload
        self._seat = next(self._run.seats)
        self._session: Session | None = None
        self._entry = Entry(0)
        self._replies: list[str] = []
        self._pause_s = 0.0
        self._stopped = False

    @task
    def turns(self) -> None:
        """Turn after turn until there is a pause, or this user is to stop: Locust's loop costs as much as a send."""
        self._turn()
        while not self._stopped and not self.wait_time():
            self._turn()

    def stop(self, force: bool = False) -> bool:
        """Called by Locust."""
        self._stopped = True
        return bool(super().stop(force))

    def _turn(self) -> None:
        """The next turn of the session, or the first one of the next session."""
        session = self._held() or self._begun()
        number = len(self._replies)
        result = self._call(self._question(session, number), None if number else self._entry.intended_at)
        self._pause_s = session.think_time_s(number)
        self._replies.append(result.text)
        if result.outcome != "complete" or len(self._replies) == len(session.turns):
            self._session = None

    def wait_time(self) -> float:
        """The pause after the turn that was just held, in seconds; none where the next session comes when it is due."""
        if self._session is None and self._run.admission.is_open:
            return 0.0
        think_time_s = self._run.settings.think_time_s
        return self._pause_s if think_time_s is None else think_time_s

    def _held(self) -> Session | None:
        """The session that goes on, None where there is none or the user has to go."""
        if not self._run.admission.stays(self._seat):
            self._session = None
            self._client.close()
        return self._session

    def _begun(self) -> Session:
        entry = self._run.admission.enter(self._seat)
        if entry is None:
            raise StopUser
        session = self._workload.session(entry.session)
        self._entry = entry
        self._session = replace(session, turns=session.turns[:1]) if entry.traced else session
        self._replies = []
        return self._session

    def _question(self, session: Session, number: int) -> Question:
        messages: Sequence[Mapping[str, Any]] = session.messages(number, self._replies)
        params = session.params_of(number)
        turn = session.turns[number]
        check = turn.expect.problems
        if self._entry.traced:
            facts = facts_of(self._run.catalogue, self._run.settings.model or session.model)
            messages, params = as_long_as_traced(self._entry, messages, params, facts, self._run.seed)
            check = Expect(non_empty=True).problems
        return Question(
            class_name=session.class_name,
            body=self._body(session.model, messages, session.stream, params),
            check=check,
            session=str(session.index),
            turn=number,
            timeouts=self._run.timeouts_of(session.timeouts),
            retry=self._run.retry_of(session.retry),
            hang_up=turn.hang_up or NEVER,
        )
