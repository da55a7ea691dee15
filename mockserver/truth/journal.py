"""The journal: per request, what was planned and what happened. Bounded; the oldest requests are forgotten."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Final

from profiles.journal import JournalEntry, Planned

from ..clock import Clock
from .counts import OTHER, Counts
from .journal_file import JournalFile

Listener = Callable[[JournalEntry], None]

_KEPT = 50_000
_ROUTES: Final = frozenset({"/v1/chat/completions", "/v1/models"})


class Trace:
    """One request while it happens: slots that whoever performs it fills in. Instants are monotonic seconds."""

    __slots__ = (
        "chunks",
        "client_id",
        "done_at",
        "error",
        "fault",
        "final",
        "first_token_at",
        "headers_at",
        "hung_up_at",
        "id",
        "key",
        "known_model",
        "last_token_at",
        "limits",
        "model",
        "phase",
        "planned",
        "question",
        "received_at",
        "reply_hash",
        "retry",
        "route",
        "sent_tokens",
        "seq",
        "status",
        "stream",
        "told_wait_ms",
    )

    def __init__(self, seq: int, id_: str, route: str, received_at: float) -> None:
        self.seq = seq
        self.id = id_
        self.route = route
        self.received_at = received_at
        self.stream = False
        self.client_id: str | None = None
        self.key: str | None = None
        self.model: str | None = None
        self.known_model: str | None = None
        self.status: int | None = None
        self.fault: str | None = None
        self.phase: str | None = None
        self.limits: Mapping[str, float] = {}
        self.planned: Planned | None = None
        self.reply_hash: str | None = None
        self.headers_at: float | None = None
        self.first_token_at: float | None = None
        self.last_token_at: float | None = None
        self.done_at: float | None = None
        self.hung_up_at: float | None = None
        self.sent_tokens = 0
        self.question: bytes | None = None
        self.retry: int | None = None
        self.error: str | None = None
        self.told_wait_ms: float | None = None
        self.final = False
        self.chunks: list[tuple[float, int]] | None = None


class Journal:
    """The traces of the latest requests, in the order in which they were received; all of them go to `file`."""

    __slots__ = ("_cleared", "_clock", "_file", "_last", "_listeners", "_traces", "counts")

    def __init__(self, clock: Clock, kept: int = _KEPT, *, file: JournalFile | None = None) -> None:
        self._clock = clock
        self._file = file
        self._traces: deque[Trace] = deque(maxlen=kept)
        self._last = 0
        self._cleared = 0
        self._listeners: set[Listener] = set()
        self.counts = Counts()

    @property
    def last_seq(self) -> int:
        """The number of the latest request; 0 when there was none."""
        return self._last

    def over(self, trace: Trace) -> None:
        """Nothing more will be noted of a request."""
        self.counts.note(trace, trace.route if trace.route in _ROUTES else OTHER)
        if self._file is None and not self._listeners:
            return
        entry = self._entry(trace)
        if self._file is not None:
            self._file.write(entry)
        for hear in self._listeners:
            hear(entry)

    @contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Tell `listener` of every request that is over, while the block runs."""
        self._listeners.add(listener)
        try:
            yield
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Write no more to the file."""
        if self._file is not None:
            self._file.close()

    @property
    def forgotten(self) -> int:
        """How many requests since the begin, or since they were cleared, are not kept any more."""
        return self._last - self._cleared - len(self._traces)

    def clear(self) -> None:
        """Forget all requests. Numbers go on, so that nobody who reads on misses one, and so do counters."""
        self._traces.clear()
        self._cleared = self._last

    def open(self, id_: str, route: str, received_at: float) -> Trace:
        """A trace for a request that has just been received (monotonic seconds)."""
        self._last += 1
        trace = Trace(self._last, id_, route, received_at)
        self._traces.append(trace)
        return trace

    def entries(self, since: int = 0, limit: int | None = None) -> Iterator[JournalEntry]:
        """The kept requests after number `since`, oldest first, at most `limit`."""
        first_kept = self._last - len(self._traces) + 1
        start = max(0, since + 1 - first_kept)
        stop = None if limit is None else start + limit
        return (self._entry(trace) for trace in islice(self._traces, start, stop))

    def find(self, id_: str) -> JournalEntry | None:
        """The latest request with this x-request-id or X-Client-Request-Id."""
        for trace in reversed(self._traces):
            if id_ in (trace.id, trace.client_id):
                return self._entry(trace)
        return None

    def _entry(self, trace: Trace) -> JournalEntry:
        return JournalEntry(
            seq=trace.seq,
            id=trace.id,
            route=trace.route,
            stream=trace.stream,
            received_at=self._clock.wall(trace.received_at),
            client_id=trace.client_id,
            key=trace.key,
            model=trace.model,
            headers_at=self._wall(trace.headers_at),
            first_token_at=self._wall(trace.first_token_at),
            last_token_at=self._wall(trace.last_token_at),
            done_at=self._wall(trace.done_at),
            hung_up_at=self._wall(trace.hung_up_at),
            planned=trace.planned,
            reply_hash=trace.reply_hash,
            sent_tokens=trace.sent_tokens,
            status=trace.status,
            fault=trace.fault,
            phase=trace.phase,
            limits=trace.limits,
            question=None if trace.question is None else trace.question.hex(),
            retry=trace.retry,
            error=trace.error,
            told_wait_ms=trace.told_wait_ms,
            final=trace.final or None,
            chunks=trace.chunks
            and [(round((at - trace.received_at) * 1000, 3), tokens) for at, tokens in trace.chunks],
        )

    def _wall(self, at: float | None) -> float | None:
        return None if at is None else self._clock.wall(at)
