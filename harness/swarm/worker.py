"""A worker: it makes its share of the calls and sees to it that the master gets all records of them."""

import logging
import os
import time
from argparse import Namespace
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import gevent
from locust.env import Environment
from locust.exception import RPCError
from locust.rpc import Message
from locust.runners import WorkerRunner

from profiles import ProfileError

from ..load.trace import Row
from ..money.bank import Ask
from ..run.demand import demand_of
from ..run.labels import labels_of
from ..run.settings import SettingError
from ..workload import Workload
from .arguments import with_own
from .attached import attach
from .ending import EXIT_INVALID, end, end_unwritable
from .messages import ACK, BEGIN, BYE, DRAIN, GRANT, REFUSED, START, Assignment
from .once import Once
from .ongoing import Origin, begin
from .parent import Parent
from .part import Part
from .preparing import checked_settings, filled, undisturbed
from .spool import place_of
from .vitals import REPORT, Vitals, told

MASTER_LOST_AFTER_S: Final = 15.0

_log = logging.getLogger("harness")


class Worker:
    """What a worker does at the begin and the end of its tests, and what it says to the master."""

    def __init__(
        self,
        environment: Environment,
        runner: WorkerRunner,
        options: Namespace,
        own: Mapping[str, Any],
        parent: Parent,
    ) -> None:
        """`options` are Locust's, which the master changes; `own` is what the command line said to this process."""
        self._environment = environment
        self._runner = runner
        self._options = options
        self._own = own
        self._parent = parent
        self._labels = labels_of(own["label"] or ())
        self._assigned: Assignment | None = None
        self._part: Part | None = None
        self._finish: Once | None = None
        self._heard_at = time.monotonic()
        runner.register_message(BEGIN, self._take_assignment)
        runner.register_message(START, self._take_start)
        runner.register_message(ACK, self._take_ack)
        runner.register_message(BYE, self._take_bye)
        runner.register_message(GRANT, self._take_grant)
        runner.register_message(DRAIN, self._take_drain, concurrent=True)
        happens: Any = environment.events
        happens.heartbeat_received.add_listener(self._hear)
        happens.report_to_master.add_listener(self._report)

    @property
    def began(self) -> bool:
        """Whether a test has begun."""
        return self._part is not None

    @property
    def vitals(self) -> Vitals:
        """Nothing: the master gathers what its workers know."""
        return Vitals()

    def begin(self) -> None:
        """A test begins. Raises SettingError or ProfileError, and tells the master, when it cannot."""
        assignment, self._assigned = self._assigned, None
        if assignment is None:
            raise SettingError(
                "--worker",
                "the master began no run of the harness; it must load a Locust file with ChatUser too",
            )
        try:
            part = self._taken(assignment)
        except (SettingError, ProfileError) as error:
            self._tell(REFUSED, {"run": assignment.run, "worker": assignment.worker, "why": str(error)})
            raise
        attach(self._environment, part.run)
        self._part, self._finish = part, Once(lambda: self._finished(part))
        undisturbed()
        part.begin()
        gevent.spawn(self._watch_master, part, self._finish)
        self._parent.report(lambda: self._status(part))

    def drain(self) -> None:
        """Locust is about to stop the first user."""
        if self._part is not None:
            self._part.run.draining.set()

    def finish(self) -> None:
        """The last user is gone."""
        if self._finish is not None:
            self._finish()

    def leave(self) -> None:
        """The process is about to end, and Locust about to tell the master so: be done before."""
        if self._part is not None:
            self._runner.stop()

    def _taken(self, assignment: Assignment) -> Part:
        options = with_own(self._options, self._own)
        settings = checked_settings(self._environment, options, os.environ)
        workload = None
        if assignment.workload is not None and assignment.workload_text is not None:
            workload = Workload.parse(
                assignment.workload_text,
                name=assignment.workload,
                seed=settings.seed,
                model=settings.model,
                files=assignment.workload_files,
            )
            settings = filled(settings, workload)
        place = place_of(assignment, Path(options.out) if options.out else None)
        origin = Origin(run=assignment.run, share=assignment.share, worker=str(assignment.worker), labels=self._labels)
        run = begin(
            settings=settings,
            workload=workload,
            demand=demand_of(settings, None if assignment.rows is None else [Row(*row) for row in assignment.rows]),
            records=place.path,
            origin=origin,
            environ=os.environ,
            when_spent=self._spent,
            when_unwritable=self._unwritable,
            when_stopped=self._stopped,
            tell_bank=self._ask,
            is_watched=assignment.is_watched,
        )
        return Part(assignment, run, place, self._tell)

    def _ask(self, ask: Ask) -> None:
        if self._part is not None:
            self._part.ask(ask)

    def _stopped(self, why: str) -> None:
        """The master ends the run; nothing is begun here any more."""
        if self._part is not None:
            self._part.stop(why)

    def _spent(self) -> None:
        if self._part is not None:
            self._part.spent()

    def _finished(self, part: Part) -> None:
        self._parent.say(self._status(part))
        if part.finish():
            return
        self._environment.process_exit_code = EXIT_INVALID
        records = part.run.recorder.written
        self._parent.say({"event": "undelivered", "path": str(part.place.path), "records": records})
        _log.error(
            "the master did not take all of the %d records; they are in %s: copy it over RUN/%s on the master's "
            "machine, then: harness report RUN",
            records,
            part.place.path,
            part.place.path.name,
        )

    def _watch_master(self, part: Part, finish: Once) -> None:
        """End the run here when the master has been silent for too long: nobody counts any more."""
        self._heard_at = time.monotonic()
        while not finish.begun:
            gevent.sleep(1)
            if time.monotonic() - self._heard_at > MASTER_LOST_AFTER_S:
                _log.error("nothing was heard of the master for %.0f s: ending the run here", MASTER_LOST_AFTER_S)
                part.give_up()
                end(self._environment, EXIT_INVALID)
                return

    def _unwritable(self, error: OSError) -> None:
        end_unwritable(self._environment, self._parent, error)

    def _status(self, part: Part) -> Mapping[str, Any]:
        return {
            "state": self._runner.state,
            "users": part.run.admission.present(self._runner.user_count),
            "worker": part.worker,
            "records": part.run.recorder.written,
            "in_flight": part.run.flight.in_flight,
            "begun": part.run.flight.begun,
        }

    def _tell(self, kind: str, data: Mapping[str, Any]) -> None:
        """Send a message; what does not get through is repeated or missed by others."""
        with suppress(RPCError):
            self._runner.send_message(kind, dict(data))

    def _report(self, data: dict[str, Any], **_: Any) -> None:
        """Put what is known of the run into what Locust sends its master."""
        if self._part is not None:
            data[REPORT] = told(self._part.run.pulse, self._part.run.flight)

    def _hear(self, **_: Any) -> None:
        self._heard_at = time.monotonic()

    def _take_assignment(self, msg: Message, **_: Any) -> None:
        self._assigned = Assignment.from_dict(msg.data)

    def _take_start(self, msg: Message, **_: Any) -> None:
        if self._part is not None:
            self._part.start(msg.data)

    def _take_ack(self, msg: Message, **_: Any) -> None:
        if self._part is not None:
            self._part.acknowledge(msg.data)

    def _take_grant(self, msg: Message, **_: Any) -> None:
        if self._part is not None:
            self._part.granted(msg.data)

    def _take_bye(self, msg: Message, **_: Any) -> None:
        if self._part is not None:
            self._part.dismiss(msg.data)

    def _take_drain(self, **_: Any) -> None:
        self._runner.stop()
