"""The user who runs a workload."""

from locust import task
from locust.env import Environment
from locust.exception import StopUser

from ..client.hang_up import NEVER
from ..workload import Session
from .attached import run_of
from .calling import Question
from .hooks import offer_workload_arguments
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
        self._session: Session | None = None
        self._replies: list[str] = []
        self._pause_s = 0.0

    @task
    def turn(self) -> None:
        """The next turn of the session, or the first one of the next session."""
        session = self._session or self._begun()
        number = len(self._replies)
        result = self._call(self._question(session, number))
        self._pause_s = session.think_time_s(number)
        self._replies.append(result.text)
        if result.outcome != "complete" or len(self._replies) == len(session.turns):
            self._session = None

    def wait_time(self) -> float:
        """The pause after the turn that was just held, in seconds."""
        think_time_s = self._run.settings.think_time_s
        return self._pause_s if think_time_s is None else think_time_s

    def _begun(self) -> Session:
        self._session = self._workload.session(next(self._run.sessions))
        self._replies = []
        return self._session

    def _question(self, session: Session, number: int) -> Question:
        turn = session.turns[number]
        return Question(
            class_name=session.class_name,
            body=self._body(
                session.model, session.messages(number, self._replies), session.stream, session.params_of(number)
            ),
            check=turn.expect.problems,
            session=str(session.index),
            turn=number,
            timeouts=self._run.timeouts_of(session.timeouts),
            retry=self._run.retry_of(session.retry),
            hang_up=turn.hang_up or NEVER,
        )
