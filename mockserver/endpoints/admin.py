"""/_mock: the truth about the simulation, for whoever runs it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Final

import msgspec
import orjson
from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from profiles.errors import ProfileError
from profiles.files import Kind, names
from profiles.journal import JournalEntry
from profiles.pricing import completion_usd

from ..clock import Clock
from ..faults import Stay
from ..simulation import Current, Simulation
from .changes import changed, queued, turned
from .feed import feed

KINDS: Final[tuple[Kind, ...]] = ("latency", "limits", "faults")

_PAGE = 1_000
_LARGEST_PAGE = 10_000
_DIGITS = 18
_OK = 200


class Admin(msgspec.Struct, frozen=True):
    """The endpoints of /_mock."""

    simulation: Simulation

    async def requests(self, request: Request) -> Response:
        """`?since=SEQ&limit=N`: journal entries after number SEQ, oldest first, and the number of the latest."""
        try:
            since = _whole_number(request, "since", 0)
            limit = min(_whole_number(request, "limit", _PAGE), _LARGEST_PAGE)
        except ValueError as error:
            return _json({"error": {"message": str(error), "type": "invalid_request_error"}}, 400)
        journal = self.simulation.journal
        entries = [entry.to_dict() for entry in journal.entries(since, limit)]
        return _json({"requests": entries, "last_seq": journal.last_seq, "forgotten": journal.forgotten})

    async def requests_as_lines(self, request: Request) -> Response:
        """`?since=SEQ`: all journal entries after number SEQ, a line of JSON each."""
        try:
            since = _whole_number(request, "since", 0)
        except ValueError as error:
            return _json({"error": {"message": str(error), "type": "invalid_request_error"}}, 400)
        return StreamingResponse(self._lines(since), media_type="application/x-ndjson")

    async def _lines(self, since: int) -> AsyncIterator[bytes]:
        async for page in self._pages(since):
            yield b"".join(orjson.dumps(entry.to_dict(), option=orjson.OPT_APPEND_NEWLINE) for entry in page)

    async def _pages(self, since: int) -> AsyncIterator[list[JournalEntry]]:
        """The journal as it is now, in pages, between which streams keep their pace."""
        journal = self.simulation.journal
        last = journal.last_seq
        while since < last:
            page = list(journal.entries(since, _PAGE))
            if not page:
                return
            yield page
            since = page[-1].seq
            await asyncio.sleep(0)

    async def request(self, request: Request) -> Response:
        """The journal entry of one x-request-id or X-Client-Request-Id."""
        id_ = request.path_params["id"]
        entry = self.simulation.journal.find(id_)
        if entry is None:
            message = f"The journal holds no request {id_!r}."
            return _json({"error": {"message": message, "type": "invalid_request_error"}}, 404)
        return _json(entry.to_dict())

    async def state(self, _request: Request) -> Response:
        """What is simulated. Times are epoch seconds."""
        simulation, settings = self.simulation, self.simulation.settings
        return _json(
            {
                "seed": settings.seed,
                "speed": settings.speed,
                "start_at": settings.start_at,
                "rtt_ms": settings.rtt_ms,
                "simulated_at": simulation.clock.simulated(simulation.clock.now()),
                "latency": simulation.composer.latency.name,
                "limits": simulation.current.limits.name,
                "faults": simulation.current.faults.name,
                "phase": simulation.current.course.name(self._now()),
                "phases": [phase.name for phase in simulation.current.course.script.phases],
                "queued": [rule.fault.kind for rule in simulation.current.queued for _ in range(rule.left or 0)],
                "paused": simulation.current.course.paused,
                "last_seq": simulation.journal.last_seq,
            }
        )

    async def profiles(self, _request: Request) -> Response:
        """The names of what can be simulated, by kind."""
        return _json({kind: [*names(kind), *(["off"] if kind != "latency" else [])] for kind in KINDS})

    async def health(self, _request: Request) -> Response:
        """Whether the mock itself kept up, second by second."""
        return _json(self.simulation.health.report())

    async def verdict(self, request: Request) -> Response:
        """How clients behaved; `?running=1`: calls that may still go on have not been given up."""
        from ..truth.conduct import judge  # noqa: PLC0415 - only for those who ask for it

        running = request.query_params.get("running", "0") not in ("0", "")
        entries: list[JournalEntry] = []
        async for page in self._pages(0):
            entries += page
        clock = self.simulation.clock
        as_of = clock.wall(clock.now()) if running else None
        price = partial(completion_usd, self.simulation.catalogue)
        # In a thread, so that the streams go on meanwhile.
        found = await asyncio.to_thread(judge, entries, price=price, as_of=as_of)
        return _json({**found.to_dict(), "forgotten": self.simulation.journal.forgotten})

    async def metrics(self, _request: Request) -> Response:
        """What was counted and measured, for Prometheus."""
        from .metrics import CONTENT_TYPE, exposition  # noqa: PLC0415 - only for those who scrape

        return Response(exposition(self.simulation), media_type=CONTENT_TYPE)

    async def events(self, _request: Request) -> Response:
        """The live feed: server-sent events `request` and `second`."""
        return EventSourceResponse(feed(self.simulation))

    async def change(self, request: Request) -> Response:
        """Change what is simulated, all of what the body says or nothing; the answer is the new state."""
        body, now = await request.body(), self._now()
        return await self._changed(request, lambda current: changed(current, body, now=now, seed=self._seed))

    async def queue_fault(self, request: Request) -> Response:
        """Have a fault strike the next requests."""
        body = await request.body()
        return await self._changed(request, lambda current: queued(current, body, self._seed))

    async def phases(self, _request: Request) -> Response:
        """The phases that were and the one that is. Times are epoch seconds."""
        clock = self.simulation.clock
        stays = self.simulation.current.course.history(self._now())
        return _json([{key: value for key, value in _stay(stay, clock).items() if value is not None} for stay in stays])

    async def turn(self, request: Request) -> Response:
        """Jump to a phase, stop the script's time or let it go on, begin it again; the answer is the history."""
        body, now = await request.body(), self._now()
        answer = await self._changed(request, lambda current: turned(current, body, now))
        return answer if answer.status_code != _OK else await self.phases(request)

    async def reset(self, request: Request) -> Response:
        """Begin as the server began: settings, counts, levels, script and journal."""
        await self.simulation.reset()
        return await self.state(request)

    async def _changed(self, request: Request, change: Callable[[Current], Current]) -> Response:
        try:
            self.simulation.state.current = change(self.simulation.current)
        except ProfileError as error:
            return _json({"error": {"message": str(error), "type": "invalid_request_error"}}, 400)
        return await self.state(request)

    def _now(self) -> float:
        return self.simulation.clock.simulated(self.simulation.clock.now())

    @property
    def _seed(self) -> int:
        return self.simulation.settings.seed


def _stay(stay: Stay, clock: Clock) -> dict[str, str | float | None]:
    """A stay in a phase, in the time of the journal."""
    ended_at = None if stay.ended_at is None else clock.wall_of_simulated(stay.ended_at)
    return {"name": stay.name, "started_at": clock.wall_of_simulated(stay.started_at), "ended_at": ended_at}


def _whole_number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise ValueError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
