"""The master: it shares the run out, gathers the records, and ends when all its workers have."""

import logging
import os
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import gevent
from locust.env import Environment
from locust.rpc import Message
from locust.runners import STATE_MISSING, STATE_STOPPING, MasterRunner

from ..load.fed import Fed
from ..measure.watch import Watched
from ..run.demand import demand_of, rows_from
from ..run.said import READY
from ..run.settings import RunSettings, SettingError
from .arguments import with_own
from .closing import Closing, close, making_of
from .dispatching import ShareDispatcher
from .ending import EXIT_USAGE, end, end_aborted, end_stopped, end_unwritable
from .gathering import Gathering
from .messages import (
    ACK,
    BEGIN,
    BYE,
    DONE,
    DRAIN,
    GRANT,
    JOINED,
    LEASE,
    RECORDS,
    REFUSED,
    SPENT,
    START,
    STOP,
    ask_from_dict,
)
from .once import Once
from .opening import Opening
from .parent import Parent
from .preparing import checked_settings, gates_of, named_workload, run_folder
from .roster import Member
from .treasury import Treasury
from .vitals import Vitals
from .watchman import Watchman

LOOK_EVERY_S: Final = 0.2
END_MARGIN_S: Final = 10.0
"""How much longer than the stop timeout workers may take to deliver their last records."""

Take = Callable[[Gathering, Member, Mapping[str, Any]], None]

_log = logging.getLogger("harness")


class Master:
    """What a master does at the begin and the end of its tests, and what it hears from the workers."""

    def __init__(
        self,
        environment: Environment,
        runner: MasterRunner,
        options: Namespace,
        own: Mapping[str, Any],
        parent: Parent,
    ) -> None:
        """`options` are Locust's, all of which it sends to the workers; `own` is what the command line said.

        Raises SettingError for what a master cannot use.
        """
        _check_own(own, options)
        options.header = None
        self._environment = environment
        self._runner = runner
        self._options = options
        self._own = own
        self._parent = parent
        self._run: Gathering | None = None
        self.vitals = Vitals()
        self._kept_at = time.monotonic()
        self._opening: Opening | None = None
        self._drain: Once | None = None
        self._finish: Once | None = None
        self._treasury: Treasury | None = None
        self._watchman: Watchman | None = None
        self._stopped: list[str] = []
        happens: Any = environment.events
        happens.worker_connect.add_listener(self._see)
        happens.worker_report.add_listener(lambda client_id, data, **_: self.vitals.hear(client_id, data))
        dispatcher: Any = partial(ShareDispatcher, self._takes_part)
        environment.dispatcher_class = dispatcher
        for kind, take in (
            (JOINED, self._take_joined),
            (REFUSED, self._take_refused),
            (RECORDS, self._take_records),
            (SPENT, self._take_spent),
            (LEASE, self._take_lease),
            (STOP, self._take_stop),
            (DONE, self._take_done),
        ):
            runner.register_message(kind, partial(self._take, take))
        parent.say({"event": "listening", "port": runner.server.port})

    @property
    def began(self) -> bool:
        """Whether a test has begun."""
        return self._run is not None

    def begin(self) -> None:
        """A test begins: tell the workers their shares. Raises SettingError or ProfileError when it cannot."""
        options = with_own(self._options, self._own)
        settings, workload = named_workload(checked_settings(self._environment, options, os.environ))
        client_ids = sorted(self._connected(), key=self._runner.get_worker_index)
        self._check_users(settings, len(client_ids))
        self._treasury, self._stopped = Treasury(settings.caps, self._parent.say, self._dry), []
        rows = rows_from(settings.trace) if settings.trace is not None else None
        self._opening = opening = Opening(demand_of(settings, rows))
        folder = run_folder(options, settings, workload, os.environ, time.time())
        self.vitals.clear()
        run = Gathering(folder.run()["id"], folder, client_ids, self._parent.say)
        self._run, self._drain = run, Once(lambda: self._drained(run))
        self._finish = Once(lambda: self._finished(run, settings))
        self._watchman = Watchman(gates_of(options).abort_on, folder, partial(end_aborted, self._environment))
        is_watched = self._environment.web_ui is not None
        for client_id, assignment in run.assignments(workload, rows, is_watched=is_watched):
            self._runner.send_message(BEGIN, assignment.to_dict(), client_id)
        gevent.spawn(self._watch, run, opening, self._drain)
        self._parent.report(self._status)
        if not self._parent.is_there:
            _log.info("records go to %s", folder.path)

    def drain(self) -> None:
        """Locust is about to end the test: have the workers end theirs, and wait for what they still deliver."""
        if self._drain is not None:
            self._drain()

    def finish(self) -> None:
        """The workers have ended."""
        if self._finish is not None:
            self._finish()

    def leave(self) -> None:
        """The process is about to end, and Locust about to tell the workers so: they must be done before."""
        self.drain()
        self.finish()

    def _drained(self, run: Gathering) -> None:
        # Locust would deal the users anew whenever one of the workers leaves.
        self._runner.update_state(STATE_STOPPING)
        for member in run.roster.unfinished:  # one that is lost may only be slow
            self._runner.send_message(DRAIN, {"run": run.run}, member.client_id)
        limit_s = (self._environment.stop_timeout or 0) + END_MARGIN_S
        began_at = time.monotonic()
        while run.roster.working and time.monotonic() < max(began_at + limit_s, self._kept_at + END_MARGIN_S):
            gevent.sleep(LOOK_EVERY_S)
            run.miss(self._connected())
        run.miss(())

    def _finished(self, run: Gathering, settings: RunSettings) -> None:
        """Under `harness run` the parent makes the summary."""
        if self._watchman is not None:
            self._watchman.leave()
        run.close()
        if self._treasury is not None:
            self._treasury.tell()
        for loss in run.losses():
            _log.error("%s", loss)
        if self._parent.is_there:
            gevent.spawn(end, self._environment)
            return
        closing = Closing(
            settings=settings,
            watched=run.watched,
            workers=len(run.roster),
            fed=run.fed,
            why_not=[*self._stopped, *run.losses()],
            aborted="" if self._watchman is None else self._watchman.reason,
            facts={
                "workers": [member.to_dict() for member in run.roster],
                **({} if self._treasury is None else self._treasury.facts()),
            },
        )
        close(self._environment, run.folder, closing, making_of(self._options), os.environ)

    def _watch(self, run: Gathering, opening: Opening, drain: Once) -> None:
        """Notice who is lost, begin the load when all are there, and end the test when there is nothing left to do."""
        while not drain.begun:
            for member in run.miss(self._connected()):
                _log.error("worker %d (%s) is lost", member.worker, member.name)
            # A worker that is starting users hears late.
            if self._runner.spawning_completed and (wait_s := opening.due(run.roster)) is not None:
                for member in run.roster.working:
                    self._runner.send_message(START, {"run": run.run, "in_s": wait_s}, member.client_id)
            if run.roster.spent:
                end(self._environment)
                return
            gevent.sleep(LOOK_EVERY_S)

    def _take(self, take: Take, msg: Message, **_: Any) -> None:
        """Take a message of this run in."""
        member = None if self._run is None else self._run.heard(msg.node_id, msg.data)
        if self._run is not None and member is not None:
            take(self._run, member, msg.data)

    def _take_joined(self, run: Gathering, member: Member, data: Mapping[str, Any]) -> None:
        run.joined(member, data["labels"])

    def _take_refused(self, _run: Gathering, member: Member, data: Mapping[str, Any]) -> None:
        _log.error("worker %d (%s) cannot take part: %s", member.worker, member.name, data["why"])
        gevent.spawn(end, self._environment, EXIT_USAGE)

    def _take_records(self, run: Gathering, member: Member, data: Mapping[str, Any]) -> None:
        try:
            here = run.keep(member, data["offset"], data["bytes"])
        except OSError as error:
            self._unwritable(error)
            return
        self._kept_at = time.monotonic()
        self._runner.send_message(ACK, {"run": run.run, "offset": here}, member.client_id)

    def _take_spent(self, run: Gathering, member: Member, _data: Mapping[str, Any]) -> None:
        run.spent(member)

    def _take_lease(self, run: Gathering, member: Member, data: Mapping[str, Any]) -> None:
        if self._treasury is None:
            return
        lost = [other.worker for other in run.roster if other.gone == "lost"]
        granted = self._treasury.answer(member.worker, ask_from_dict(data), lost)
        self._runner.send_message(GRANT, {"run": run.run, "granted": list(granted.parts)}, member.client_id)

    def _take_stop(self, _run: Gathering, _member: Member, data: Mapping[str, Any]) -> None:
        if not self._stopped:
            self._stopped.append(data["why"])
            end_stopped(self._environment, self._parent, data["why"])

    def _dry(self) -> None:
        gevent.spawn(end, self._environment)

    def _take_done(self, run: Gathering, member: Member, data: Mapping[str, Any]) -> None:
        fed = None if data["fed"] is None else Fed(**data["fed"])
        run.done(member, data["records"], Watched(**data["watched"]), fed)
        self._runner.send_message(BYE, {"run": run.run}, member.client_id)

    def _unwritable(self, error: OSError) -> None:
        """Records cannot be kept any more: end the test, once. They stay with the workers, which will say so."""
        if self._drain is None or self._drain.begun:
            return
        end_unwritable(self._environment, self._parent, error)

    def _takes_part(self, client_id: str) -> bool:
        """Whether a worker has a share of the run that is going on; before one begins all have."""
        going_on = self._run is not None and self._drain is not None and not self._drain.begun
        return not going_on or (self._run is not None and self._run.roster.get(client_id) is not None)

    def _see(self, client_id: str, **_: Any) -> None:
        if not self._takes_part(client_id):
            _log.warning("%s came after the run had begun: it takes no part in it", client_id)

    def _connected(self) -> set[str]:
        return {client_id for client_id, node in self._runner.clients.items() if node.state != STATE_MISSING}

    def _check_users(self, settings: RunSettings, workers: int) -> None:
        """With --requests every worker needs a user who makes its share. What a load shape will do nobody knows."""
        users = self._runner.target_user_count
        if settings.requests is not None and users < workers and self._environment.shape_class is None:
            raise SettingError(
                "--requests",
                f"{users} users cannot make the calls of {workers} workers, which need a user each; "
                f"write --users {workers} or more",
            )

    def _status(self) -> Mapping[str, Any]:
        if self._treasury is not None:
            self._treasury.tell()
        users, opening = self._runner.user_count, self._opening
        if opening is None:
            return {"state": self._runner.state, "users": users}
        state = self._runner.state if opening.has_begun else READY
        flight = {"in_flight": self.vitals.in_flight, "begun": self.vitals.begun}
        return {"state": state, "users": opening.present(users), **flight}


def _check_own(own: Mapping[str, Any], options: Namespace) -> None:
    """Refuse what only workers have a use for, unless the workers are this process's own and have it too."""
    if options.processes:
        return
    if own["header"]:
        raise SettingError(
            "--header", "a master sends no requests; give its workers the header in HARNESS_HEADERS, one a line"
        )
    if own["label"]:
        raise SettingError("--label", "a master sends no requests; label its workers instead")
