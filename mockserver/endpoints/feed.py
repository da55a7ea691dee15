"""The live feed of /_mock: every request when it is over, and every second."""

import asyncio
from collections.abc import AsyncIterator
from itertools import islice
from typing import Final

import orjson
from sse_starlette import ServerSentEvent

from profiles.journal import JournalEntry

from ..simulation import Simulation

_MOST_WAITING: Final = 1_000
"""A reader who is slower than that misses requests; the journal has them all."""

_MOST_LEVELS: Final = 20


async def feed(simulation: Simulation) -> AsyncIterator[ServerSentEvent]:
    """Events `request` (a journal entry) and `second` (health, phase, what was counted so far, levels of limits)."""
    waiting: asyncio.Queue[ServerSentEvent] = asyncio.Queue(_MOST_WAITING)

    def put(kind: str, value: object) -> None:
        if not waiting.full():
            waiting.put_nowait(ServerSentEvent(orjson.dumps(value).decode(), event=kind))

    def over(entry: JournalEntry) -> None:
        put("request", entry.to_dict())

    def passed(second: dict[str, object]) -> None:
        now = simulation.clock.simulated(simulation.clock.now())
        counts = simulation.journal.counts
        more = {
            "phase": simulation.current.course.name(now),
            "last_seq": simulation.journal.last_seq,
            "requests": counts.requests.total(),
            "sent_tokens": counts.sent_tokens,
            "faults": counts.faults,
            "levels": [level._asdict() for level in islice(simulation.levels.at(now), _MOST_LEVELS)],
        }
        put("second", {**second, **more})

    with simulation.journal.heard_by(over), simulation.health.heard_by(passed):
        while True:
            yield await waiting.get()
