"""The run that is going on in this process: what its users share."""

import ssl
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from gevent.event import Event

from profiles.catalogue import FALLBACK_ENCODING, Catalogue, load_catalogue
from profiles.encodings import encoding

from ..client.chat import ChatClient
from ..redact import redact
from ..run.endpoint import endpoint_of, trust_of
from ..run.folder import RunFolder
from ..run.settings import RunSettings
from ..workload import Workload
from .allotment import Allotment
from .recorder import Recorder
from .sessions import SessionNumbers


@dataclass(slots=True)
class OngoingRun:
    """Settings, environment and counters of a run, and where its records go.

    `draining` is set when the run is about to end: nobody waits for a retry any more. `id` makes the call ids of this
    process unlike those of any other. `over` is set when no more records come.
    """

    settings: RunSettings
    folder: RunFolder
    workload: Workload | None
    recorder: Recorder
    calls: Allotment
    environ: Mapping[str, str]
    catalogue: Catalogue
    sessions: SessionNumbers = field(default_factory=SessionNumbers)
    draining: Event = field(default_factory=Event)
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    over: bool = False
    _called: int = 0
    _context: ssl.SSLContext | None = None

    def next_call(self) -> str:
        """The id of the next call."""
        self._called += 1
        return f"{self.id}-{self._called}"

    def client(self, host: str) -> ChatClient:
        """A client of its own for one user. Raises SettingError when `host` cannot be asked."""
        endpoint = endpoint_of(replace(self.settings, host=host), self.environ)
        if endpoint.target.scheme == "https" and self._context is None:
            self._context = trust_of(self.settings)
        return ChatClient(endpoint, context=self._context)

    def finish(self) -> bool:
        """Take no more records; whether this was not done before."""
        if self.over:
            return False
        self.over = True
        self.recorder.close()
        return True


def begin(
    settings: RunSettings,
    workload: Workload | None,
    folder: RunFolder,
    environ: Mapping[str, str],
    when_spent: Callable[[], None],
) -> OngoingRun:
    """The run of these settings, with its records going to `folder`.

    The tokenizers are loaded now: at the first answer it would stop all users for a third of a second.
    """
    secrets = endpoint_of(settings, environ).secrets
    catalogue = load_catalogue()
    for model in {table.model for table in workload.classes} if workload else {""}:
        facts = catalogue.resolve(settings.model or model)
        encoding(FALLBACK_ENCODING if facts is None else facts.encoding)
    return OngoingRun(
        settings=settings,
        folder=folder,
        workload=workload,
        recorder=Recorder(folder.records_jsonl, lambda line: redact(line, *secrets)),
        calls=Allotment(settings.requests, when_spent),
        environ=environ,
        catalogue=catalogue,
    )
