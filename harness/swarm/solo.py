"""The only process of a run: it generates the load and keeps the records."""

import logging
import os
import time
from argparse import Namespace
from collections.abc import Mapping
from functools import partial
from typing import Any

import gevent
from locust.env import Environment

from ..money.bank import Ask
from ..run.demand import demand_of
from ..run.folder import RunFolder
from ..run.labels import labels_of
from ..run.said import READY, Unwritable
from .admission import lead_s
from .arguments import with_own
from .attached import attach
from .closing import Closing, close, making_of
from .ending import end, end_aborted, end_stopped, end_unwritable
from .once import Once
from .ongoing import OngoingRun, Origin, begin
from .parent import Parent
from .preparing import checked_settings, gates_of, named_workload, run_folder, undisturbed
from .recorder import Recorder
from .treasury import Treasury
from .vitals import Vitals
from .watchman import Watchman

_log = logging.getLogger("harness")


class Solo:
    """What a process does at the begin and the end of its tests when it is the only one."""

    def __init__(self, environment: Environment, options: Namespace, own: Mapping[str, Any], parent: Parent) -> None:
        """`options` are Locust's, which its web form may change; `own` is what the command line said."""
        self._environment = environment
        self._options = options
        self._own = own
        self._parent = parent
        self._run: OngoingRun | None = None
        self._finish: Once | None = None
        self._treasury: Treasury | None = None
        self._watchman: Watchman | None = None
        self._stopped: list[str] = []
        self._labels = labels_of(own["label"] or ())

    @property
    def began(self) -> bool:
        """Whether a test has begun."""
        return self._run is not None

    @property
    def vitals(self) -> Vitals:
        """What is known of the test that goes on: all of it is in this process."""
        vitals = Vitals()
        if self._run is not None:
            vitals.pulse = self._run.pulse
            vitals.note(self._run.flight)
        return vitals

    def begin(self) -> None:
        """A test begins. Raises SettingError or ProfileError when it cannot."""
        options = with_own(self._options, self._own)
        settings, workload = named_workload(checked_settings(self._environment, options, os.environ))
        folder = run_folder(options, settings, workload, os.environ, time.time())
        self._treasury, self._stopped = Treasury(settings.caps, self._parent.say, self._spent), []
        origin = Origin(run=folder.run()["id"], labels=self._labels)
        run = begin(
            settings=settings,
            workload=workload,
            demand=demand_of(settings),
            records=folder.records_jsonl,
            origin=origin,
            environ=os.environ,
            when_spent=self._spent,
            when_unwritable=self._unwritable,
            when_stopped=self._stop,
            tell_bank=self._ask,
            is_watched=self._environment.web_ui is not None,
        )
        attach(self._environment, run)
        self._run, self._finish = run, Once(lambda: self._finished(run, folder))
        conditions = gates_of(options).abort_on
        self._watchman = Watchman(conditions, folder, partial(end_aborted, self._environment))
        undisturbed()
        run.admission.start(lead_s(settings.users or 1))
        self._parent.report(self._status)
        if not self._parent.is_there:
            _log.info("records go to %s", folder.records_jsonl)

    def drain(self) -> None:
        """Locust is about to stop the first user."""
        if self._run is not None:
            self._run.draining.set()

    def finish(self) -> None:
        """The last user is gone."""
        if self._finish is not None:
            self._finish()

    def leave(self) -> None:
        """The process is about to end: Locust has stopped a local test, but does not wait for what is made of it."""
        if self._finish is not None and self._finish.begun:
            self._finish()

    def _finished(self, run: OngoingRun, folder: RunFolder) -> None:
        """Under `harness run` the parent makes the summary."""
        if self._watchman is not None:
            self._watchman.leave()
        fed, watched = run.close(), run.lag.watched()
        treasury = self._treasury
        if treasury is not None:
            treasury.tell()
        if self._parent.is_there:
            self._parent.say({"event": "watched", **watched.to_dict()})
            if fed is not None:
                self._parent.say({"event": "fed", **fed.to_dict()})
            gevent.spawn(end, self._environment)
            return
        closing = Closing(
            settings=run.settings,
            watched=[watched],
            workers=1,
            fed=fed,
            why_not=[*self._stopped, *_losses(run.recorder)],
            aborted="" if self._watchman is None else self._watchman.reason,
            facts={} if treasury is None else treasury.facts(),
        )
        close(self._environment, folder, closing, making_of(self._options), os.environ)

    def _spent(self) -> None:
        gevent.spawn(end, self._environment)

    def _ask(self, ask: Ask) -> None:
        """The bank is in the same process."""
        if self._treasury is not None and self._run is not None:
            self._run.purse.heard(self._treasury.answer(0, ask))

    def _stop(self, why: str) -> None:
        self._stopped.append(why)
        end_stopped(self._environment, self._parent, why)

    def _unwritable(self, error: OSError) -> None:
        end_unwritable(self._environment, self._parent, error)

    def _status(self) -> Mapping[str, Any]:
        runner = self._environment.runner
        if runner is None or self._run is None:
            return {}
        if self._treasury is not None:
            self._treasury.tell()
        admission = self._run.admission
        state = runner.state if admission.has_begun else READY
        flight = self._run.flight
        return {
            "state": state,
            "users": admission.present(runner.user_count),
            "in_flight": flight.in_flight,
            "begun": flight.begun,
        }


def _losses(recorder: Recorder) -> list[str]:
    """What the records lack."""
    return [] if recorder.failure is None else [str(Unwritable.of(recorder.failure))]
