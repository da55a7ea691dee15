"""Performances, replies and apps for tests of the players."""

import contextlib
import threading
import time
from array import array
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from mockserver.latency.cadence import Cadence
from mockserver.player import Performance, Player, StreamPlayback, VoiceTrace
from mockserver.player.performance import End
from mockserver.player.timer import PREFERENCE, OpenTimer
from mockserver.reply.reply import Reply

HEADERS = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-request-id", b"req_1")]


Note = VoiceTrace
"""A trace."""


class Frames:
    """Frames that can be read at a glance."""

    role = b"<role>"
    tail = b"<tail>"

    def content(self, piece: str) -> bytes:
        return f"<{piece}>".encode()


def reply(*pieces: str) -> Reply:
    """A reply whose tokens are `pieces`."""
    ends, end = array("I"), 0
    for piece in pieces:
        end += len(piece)
        ends.append(end)
    return Reply("".join(pieces), ends, "stop")


def cadence(first_byte_s: float, *token_s: float) -> Cadence:
    return Cadence(first_byte_s, array("d", token_s))


def playback(said: Reply, timing: Cadence, note: Note | None = None, t0: float = 0.0) -> StreamPlayback:
    return StreamPlayback(t0, Frames(), said, timing, note or Note())


@dataclass(slots=True)
class Beats:
    """A performance of `count` equal writes, `gap_s` apart from `first_due` on; the last is the end."""

    count: int
    gap_s: float
    first_due: float = field(default_factory=time.monotonic)
    beat: bytes = b"data: beat\n\n"
    played: int = 0
    ahead_s: list[float] = field(default_factory=list)
    fails_at: int | None = None
    end: End = "whole"
    left: threading.Event = field(default_factory=threading.Event)
    finished: threading.Event = field(default_factory=threading.Event)

    def opened(self, at: float) -> None:
        self.ahead_s.append(self.first_due - at)

    def perform(self, now: float) -> tuple[bytes, float | None]:
        due = self.first_due + self.played * self.gap_s
        if now < due:
            return b"", due
        if self.played == self.fails_at:
            raise RuntimeError("no such string")
        self.ahead_s.append(due - now)
        self.played += 1
        if self.played == self.count:
            self.finished.set()
            return self.beat, None
        return self.beat, due + self.gap_s

    def sent(self, at: float) -> None:
        pass

    def hung_up(self, at: float) -> None:
        self.left.set()


def stage(
    *performances: Performance, timers: Sequence[OpenTimer] = PREFERENCE, player: Player | None = None
) -> Starlette:
    """An app that plays `performances[i]` at `/i`."""
    playing = player or Player(timers)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await playing.start()
        yield
        await playing.stop()

    async def play(request: Request) -> ASGIApp:
        return partial(playing.stream, performances[request.path_params["number"]], HEADERS)

    return Starlette(routes=[Route("/{number:int}", play)], lifespan=lifespan)
