"""Where the harness hooks into Locust: its arguments, and the begin and end of a test.

What a process does there depends on what it is: the only one of the run, its master, or a worker.
"""

import logging
import signal
import sys
from argparse import Namespace
from typing import Any, Protocol

import gevent
from locust import events
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from profiles import ProfileError

from ..run.settings import SettingError
from .arguments import add_run_arguments, add_workload_arguments, own_of
from .ending import EXIT_USAGE, end
from .master import Master
from .parent import Parent
from .planning import plan_ahead
from .solo import Solo
from .tokenizers import load_before_connecting
from .vitals import Vitals
from .web_tab import add_tabs
from .worker import Worker

_log = logging.getLogger("harness")


class Role(Protocol):
    """What a process does when Locust says what happens.

    `begin` and `finish` are called when a test begins and when its last user is gone, `drain` before the first user is
    stopped, `leave` before the process ends. All but `begin` may be called more than once. `vitals` is what it knows of
    the test that goes on.
    """

    @property
    def began(self) -> bool: ...

    @property
    def vitals(self) -> Vitals: ...

    def begin(self) -> None: ...

    def drain(self) -> None: ...

    def finish(self) -> None: ...

    def leave(self) -> None: ...


def hook_in() -> None:
    """Take part in the tests of this process: called once, when a Locust file brings ChatUser in."""
    load_before_connecting(sys.argv)
    process = _Process(Parent("--supervised" in sys.argv))
    happens: Any = events
    happens.init_command_line_parser.add_listener(lambda parser, **_: add_run_arguments(parser))
    happens.init.add_listener(process.take_role)


def offer_workload_arguments() -> None:
    """Have Locust offer --workload and --think-time too: for the Locust file that runs workloads."""
    happens: Any = events
    happens.init_command_line_parser.add_listener(lambda parser, **_: add_workload_arguments(parser))


class _Process:
    """This process, from the moment on when the Locust file is loaded."""

    def __init__(self, parent: Parent) -> None:
        self._parent = parent
        self._environment: Environment | None = None
        self._role: Role | None = None
        parent.hold_leash(self._released)

    def take_role(self, environment: Environment, **_: Any) -> None:
        """Fires when Locust has made its runner, before it starts a test."""
        options = environment.parsed_options
        if options is None:
            return
        try:
            if not isinstance(environment.runner, WorkerRunner):
                plan_ahead(options)
            role = _role(environment, options, self._parent)
        except SettingError as error:
            _log.error("%s", error)
            sys.exit(EXIT_USAGE)
        if self._parent.is_there:
            # The parent owns the time: a run time from some locust.conf must not end the test.
            options.run_time = None
        # Timers, -t among them, begin at what gevent takes for now, and it has not looked since before the imports.
        gevent.get_hub().loop.update_now()
        self._environment, self._role = environment, role
        add_tabs(environment, lambda: role.vitals)
        _spare_users_the_interrupt()
        happens: Any = environment.events
        happens.test_start.add_listener(lambda **_: _begin(environment, role))
        happens.test_stopping.add_listener(lambda **_: role.drain())
        happens.test_stop.add_listener(lambda **_: role.finish())
        happens.quitting.add_listener(lambda **_: role.leave())

    def _released(self) -> None:
        """The parent wants the end. Before a test begins Locust waits for others, and quitting would not stop that."""
        began = self._role is not None and self._role.began
        if self._environment is not None:
            end(self._environment)
        if not began:
            sys.exit()


def _spare_users_the_interrupt() -> None:
    """Have Ctrl-C reach the main greenlet alone, as it does when nobody runs.

    Python would raise KeyboardInterrupt in whoever runs at that moment, and a user would lose its record with it.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        gevent.signal_handler(signal.SIGINT, _interrupt)


def _interrupt() -> None:
    """What gevent does with an interrupt of its own loop, without the stack trace."""
    gevent.get_hub().handle_system_error(KeyboardInterrupt, KeyboardInterrupt())


def _role(environment: Environment, options: Namespace, parent: Parent) -> Role:
    own, runner = own_of(options), environment.runner
    if isinstance(runner, MasterRunner):
        return Master(environment, runner, options, own, parent)
    if isinstance(runner, WorkerRunner):
        return Worker(environment, runner, options, own, parent)
    return Solo(environment, options, own, parent)


def _begin(environment: Environment, role: Role) -> None:
    try:
        role.begin()
    except (SettingError, ProfileError) as error:
        _log.error("%s", error)
        gevent.spawn(end, environment, EXIT_USAGE)
        # Ends the greenlet that would spawn users next, without the stack trace that StopTest would print here.
        raise gevent.GreenletExit from None
