"""The run that is going on in this process: what its users share."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final

import gevent
from gevent.event import Event

from profiles.catalogue import FALLBACK_ENCODING, Catalogue
from profiles.encodings import encoding
from profiles.record import Record

from ..client.chat import ChatClient
from ..client.lag import LagWatch
from ..client.retry import RetryPlan, plan_of
from ..client.timeouts import Timeouts
from ..client.wire import Desk
from ..load.demand import ByUsers, Demand
from ..load.fed import Fed
from ..measure.pulse import Pulse
from ..money.bank import Ask
from ..money.permanent import permanent
from ..redact import redactor
from ..run.endpoint import endpoint_of, kind_of, target_of, trust_of
from ..run.gates import kept_in
from ..run.pricing import catalogue_of
from ..run.settings import DEFAULT_RETRY, RunSettings, SettingError
from ..workload import Workload
from .admission import Admission, Entry, Freely, Turnstile
from .allotment import Allotment
from .feed import Feed
from .flight import Flight
from .once import Once
from .purse import Leased, Purse, Unlimited
from .recorder import Recorder
from .replaying import priced_facts_of
from .share import Share

NO_FREE_USER: Final = "no_free_user"
"""The detail of what was due and not sent because every user was busy until the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the calls of this process come from: the run's id, its share of the run, and what its records say of it.

    `worker` is None in a run of one process.
    """

    run: str
    share: Share = field(default_factory=Share)
    worker: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class OngoingRun:
    """Settings, environment and counters of a run, and where its records go.

    `admission` says who of the users of this process begins which session when; they are known by their `seats`.
    `draining` is set when the run is about to end: nobody waits for a retry any more. `purse` pays for every attempt.
    `when_stopped(why)` is called once, when nothing that it could still ask would come to any good.
    """

    settings: RunSettings
    workload: Workload | None
    recorder: Recorder
    origin: Origin
    calls: Allotment
    environ: Mapping[str, str]
    catalogue: Catalogue
    admission: Admission
    draining: Event
    purse: Purse
    when_stopped: Callable[[str], None]
    seats: Iterator[int] = field(init=False)
    retry_plan: RetryPlan = field(init=False)
    lag: LagWatch = field(default_factory=LagWatch)
    desk: Desk = field(default_factory=Desk)
    flight: Flight = field(default_factory=Flight)
    pulse: Pulse = field(default_factory=Pulse)
    is_watched: bool = False
    _call_numbers: Iterator[int] = field(init=False)
    _against_real: bool = field(init=False)
    _stopped: bool = False
    _context: ssl.SSLContext | None = None
    _timeouts: dict[tuple[tuple[str, float], ...], Timeouts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seats = self.origin.share.numbers()
        below = self.workload.run.retry if self.workload else None
        self.retry_plan = plan_of(self.settings.retry or below or DEFAULT_RETRY)
        self._call_numbers = self.origin.share.numbers()
        self._against_real = kind_of(self.settings, target_of(self.settings)) == "real"

    def next_call(self) -> str:
        """The id of the next call."""
        return f"{self.origin.run[:12]}-{next(self._call_numbers)}"

    @property
    def seed(self) -> int:
        """What jitter follows from."""
        return self.settings.seed or 0

    def retry_of(self, own: RetryPlan | None) -> RetryPlan:
        """The plan of a class that may have its own: a flag wins over it, and it over the rest of the run's."""
        return self.retry_plan if own is None or self.settings.retry is not None else own

    def timeouts_of(self, own: Mapping[str, float]) -> Timeouts:
        """The timeouts of a class that may have its own: flags win over them, and they over the rest of the run's."""
        known = tuple(own.items())
        if known not in self._timeouts:
            below = self.workload.run.timeouts.given if self.workload else {}
            self._timeouts[known] = Timeouts(**{**below, **own, **self.settings.timeouts})
        return self._timeouts[known]

    def keep(self, record: Record) -> None:
        """Write a record, and count it where somebody watches: that is done on the users' time.

        A real API that refuses for good is asked no more; a mock may be meant to refuse.
        """
        self.recorder.write(record)
        if self.is_watched:
            self.pulse.add(record)
        if self._against_real and (why := permanent(record)):
            self.stop(why)

    def stop(self, why: str) -> None:
        """Begin nothing any more, and have the run ended because of this, once."""
        if not self._stopped:
            self._stopped = True
            self.draining.set()
            self.when_stopped(why)

    def close(self) -> Fed | None:
        """The users are gone: record what was due and never sent, and say what became of an open load."""
        unsent, fed = self.admission.finish()
        for entry in unsent:
            self._keep_unsent(entry)
        self.purse.close()
        self.recorder.close()
        self.lag.close()
        self.desk.close()
        return fed

    def _keep_unsent(self, entry: Entry) -> None:
        if self.workload is None or entry.intended_at is None:
            return
        session = self.workload.session(entry.session)
        self.keep(
            Record(
                id=f"{self.next_call()}.1",
                attempt=1,
                class_=session.class_name,
                model=self.settings.model or session.model,
                stream=session.stream,
                intended_at=entry.intended_at,
                outcome="not_sent",
                detail=NO_FREE_USER,
                worker=self.origin.worker,
                labels=self.origin.labels,
                stage=self.admission.stage_at(entry.intended_at),
                session=str(entry.session),
                turn=0,
            )
        )

    def client(self, host: str) -> ChatClient:
        """A client of its own for one user. Raises SettingError when `host` cannot be asked."""
        endpoint = endpoint_of(replace(self.settings, host=host), self.environ)
        if endpoint.target.scheme == "https" and self._context is None:
            self._context = trust_of(self.settings)
        return ChatClient(
            endpoint,
            timeouts=self.timeouts_of({}),
            context=self._context,
            loop_lag_s=self.lag.worst_s,
            desk=self.desk,
            resend=not self.settings.caps.any,
        )


def begin(
    *,
    settings: RunSettings,
    workload: Workload | None,
    demand: Demand | None,
    records: Path,
    origin: Origin,
    environ: Mapping[str, str],
    when_spent: Callable[[], None],
    when_unwritable: Callable[[OSError], None],
    when_stopped: Callable[[str], None] = lambda _why: None,
    tell_bank: Callable[[Ask], None] = lambda _ask: None,
    is_watched: bool = False,
) -> OngoingRun:
    """The run of these settings, with its records going to the file `records`.

    `when_spent` is called once, when --requests are made or the load is over. The tokenizers are loaded now: at the
    first answer it would stop all users for a third of a second. Other greenlets go on meanwhile. Raises SettingError
    when the file cannot be opened; that it cannot be written any more `when_unwritable` is told, and `when_stopped` why
    the run should end. `tell_bank` brings what the process needs of a capped budget to where it is kept.
    `is_watched` is whether the run has a web page that shows what its attempts come to.
    """
    secrets = endpoint_of(settings, environ).secrets
    catalogue = catalogue_of(settings)
    _load_tokenizers(settings, workload, catalogue)
    total = None if settings.requests is None else origin.share.of(settings.requests)
    over, draining = Once(when_spent), Event()
    calls = Allotment(total, over)
    return OngoingRun(
        settings=settings,
        workload=workload,
        recorder=_recorder(records, redactor(*secrets), when_unwritable),
        origin=origin,
        calls=calls,
        environ=environ,
        catalogue=catalogue,
        admission=_admission(demand, origin.share, calls, draining, over),
        draining=draining,
        purse=Leased(settings.caps, tell_bank, draining, partial(priced_facts_of, catalogue))
        if settings.caps.any
        else Unlimited(),
        when_stopped=when_stopped,
        pulse=Pulse(kept_in(settings, workload)),
        is_watched=is_watched,
    )


def _load_tokenizers(settings: RunSettings, workload: Workload | None, catalogue: Catalogue) -> None:
    """Those of all models that will be asked."""
    for model in {table.model for table in workload.classes} if workload else {""}:
        facts = catalogue.priced(settings.model or model)
        _load_aside(FALLBACK_ENCODING if facts is None else facts.encoding)


def _admission(
    demand: Demand | None, share: Share, calls: Allotment, draining: Event, over: Callable[[], None]
) -> Admission:
    if demand is None:
        return Freely(share.numbers())
    if isinstance(demand, ByUsers):
        return Turnstile(demand, share.numbers(), draining, over, share.workers)
    return Feed(demand, share, draining, lambda: calls.used_up, over)


def _load_aside(name: str) -> None:
    """Load a tokenizer in a thread of its own, so that other greenlets go on where it was not loaded before.

    It does not stop them for long then: tiktoken holds the interpreter's lock for a part of the time only.
    """
    gevent.get_hub().threadpool.apply(encoding, (name,))


def _recorder(path: Path, redact: Callable[[str], str], when_unwritable: Callable[[OSError], None]) -> Recorder:
    try:
        return Recorder(path, redact, when_unwritable)
    except OSError as error:
        raise SettingError("--out", f"{path} cannot be written ({error.strerror}); name another folder") from None
