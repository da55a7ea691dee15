"""Both players before a real server: the same answer, told to the same clients."""

import asyncio
import contextlib
import ctypes
import os
import socket
import sys
import threading
import time
from array import array
from collections.abc import AsyncIterator, Callable, Sequence
from random import Random

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.latency.cadence import Cadence
from mockserver.player import Player, StreamPlayback
from mockserver.player.paced import Line
from mockserver.player.timer import LoopTimer, OpenTimer, ctypes_timerfd, native_timerfd
from mockserver.wire.bodies import Head, Usage
from mockserver.wire.chunks import ChoiceFrames, StreamFrames
from tests.mockserver.live import live
from tests.mockserver.player.stubs import Beats, Note, reply, stage
from tests.mockserver.raw import ask, connected, fetch, parsed, read_all, reset

PATIENCE_S = 20


def portable(app: ASGIApp) -> ASGIApp:
    """`app` on a server that lends nothing."""

    async def without_extensions(scope: Scope, receive: Receive, send: Send) -> None:
        scope.pop("extensions", None)
        await app(scope, receive, send)

    return without_extensions


def as_it_is(app: ASGIApp) -> ASGIApp:
    return app


both = pytest.mark.parametrize("by", [as_it_is, portable])


def chat_stream(note: Note, count: int = 40) -> StreamPlayback:
    """A real reply, 2 ms a token."""
    head = Head("chatcmpl-1", 1700000000, "gpt-4o-mini-2024-07-18", "fp_1")
    frames = ChoiceFrames(StreamFrames(head, Usage(7, count), Random(5)), "stop")
    said = reply(*[f" wörd{number}" for number in range(count)])
    timing = Cadence(0.005, array("d", [0.01 + 0.002 * number for number in range(count)]))
    return StreamPlayback(time.monotonic(), frames, said, timing, note)


def test_both_players_send_the_same_bytes_and_headers_but_date() -> None:
    answers = []
    for by in (as_it_is, portable):
        note = Note()
        with live(by(stage(chat_stream(note)))) as server:
            answers.append(fetch(server.url, ask("/0")))
        assert note.sent_tokens == 40
        assert None not in (note.headers_at, note.first_token_at, note.last_token_at, note.done_at)
        assert note.hung_up_at is None
    paced, plain = answers
    assert paced.head == plain.head
    assert set(paced.head[1:]) == {
        b"content-type: text/event-stream; charset=utf-8",
        b"x-request-id: req_1",
        b"transfer-encoding: chunked",
        b"connection: close",
    }
    assert paced.body == plain.body
    assert paced.body.endswith(b"data: [DONE]\n\n")


def test_a_test_client_gets_the_same_bytes_too() -> None:
    with live(stage(chat_stream(Note()))) as server:
        paced = fetch(server.url, ask("/0"))
    with TestClient(stage(chat_stream(Note()))) as client:
        answer = client.get("/0")
    assert answer.content == paced.body
    assert answer.headers.raw == [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"x-request-id", b"req_1"),
    ]


def test_an_old_client_gets_no_chunks() -> None:
    beats = Beats(3, 0.001)
    with live(stage(beats)) as server:
        answer = fetch(server.url, ask("/0", version="1.0"))
    assert answer.framed == beats.beat * 3
    assert not any(line.startswith(b"transfer-encoding") for line in answer.head)


def test_a_connection_is_used_again_after_a_stream() -> None:
    keep = ask("/0").replace(b"close", b"keep-alive")
    with live(stage(Beats(3, 0.001), Beats(2, 0.001))) as server, connected(server.url) as connection:
        connection.sendall(keep)
        first = b""
        while not first.endswith(b"\r\n0\r\n\r\n"):
            first += connection.recv(1 << 16)
        connection.sendall(ask("/1"))
        second = read_all(connection)
    assert parsed(first).body == b"data: beat\n\n" * 3
    assert parsed(second).body == b"data: beat\n\n" * 2


@both
def test_a_client_that_hangs_up_is_forgotten_long_before_the_next_write(by: Callable[[ASGIApp], ASGIApp]) -> None:
    beats = Beats(2, 3600.0)
    with live(by(stage(beats))) as server, connected(server.url) as connection:
        connection.sendall(ask("/0"))
        assert connection.recv(1 << 16)
        connection.close()
        assert beats.left.wait(PATIENCE_S)
    assert beats.played == 1


@both
def test_a_client_that_hangs_up_before_the_first_byte_is_forgotten(by: Callable[[ASGIApp], ASGIApp]) -> None:
    beats = Beats(2, 1.0, first_due=time.monotonic() + 3600)
    with live(by(stage(beats))) as server, connected(server.url) as connection:
        connection.sendall(ask("/0"))
        connection.close()
        assert beats.left.wait(PATIENCE_S)
    assert beats.played == 0


def test_a_client_that_asked_twice_at_once_and_hangs_up_is_forgotten() -> None:
    playing, waiting = Beats(100_000, 0.002), Beats(1, 1.0)
    with live(stage(playing, waiting)) as server, connected(server.url) as connection:
        connection.sendall((ask("/0") + ask("/1")).replace(b"close", b"keep-alive"))
        assert connection.recv(1 << 16)
        reset(connection)
        assert playing.left.wait(PATIENCE_S)
    assert waiting.played == 0


def test_a_slow_reader_is_left_alone_until_it_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    paused = threading.Event()
    pause = Line.pause

    def note_pause(line: Line) -> None:
        pause(line)
        paused.set()

    monkeypatch.setattr(Line, "pause", note_pause)
    slow = Beats(160, 0.001, beat=b"x" * 100_000)
    with live(stage(slow, Beats(20, 0.002))) as server, connected(server.url) as connection:
        connection.sendall(ask("/0"))
        assert paused.wait(PATIENCE_S)
        played = slow.played
        fetch(server.url, ask("/1"))
        assert slow.played == played < slow.count
        answer = parsed(read_all(connection))
    assert answer.body == slow.beat * slow.count


def test_clients_that_hang_up_in_the_middle_of_writes_leave_no_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    streams = [Beats(100_000, 0.001, first_due=time.monotonic() + 0.00001 * number) for number in range(20)]
    with live(stage(*streams)) as server, contextlib.ExitStack() as stack:
        connections = [stack.enter_context(connected(server.url)) for _ in streams]
        for number, connection in enumerate(connections):
            connection.sendall(ask(f"/{number}"))
            assert connection.recv(1 << 16)
        for number, connection in enumerate(connections):
            (reset if number % 2 else socket.socket.close)(connection)
        assert all(stream.left.wait(PATIENCE_S) for stream in streams)
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("by", "logged"),
    [
        (as_it_is, "a stream was aborted: RuntimeError: no such string"),
        (portable, "Exception in ASGI application\n"),
    ],
)
def test_a_stream_that_fails_does_not_touch_the_others(
    by: Callable[[ASGIApp], ASGIApp], logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    failing, fine = Beats(5, 0.002, fails_at=2), Beats(50, 0.002)
    with live(by(stage(failing, fine))) as server, connected(server.url) as first, connected(server.url) as second:
        second.sendall(ask("/1"))
        first.sendall(ask("/0"))
        cut, whole = read_all(first), read_all(second)
    assert parsed(whole).body == fine.beat * 50
    assert cut.count(failing.beat) <= 2
    assert not cut.endswith(b"0\r\n\r\n")
    assert not failing.left.is_set()
    assert caplog.messages == [logged]


def native(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give this Python the functions of 3.13."""
    libc = ctypes.CDLL(None)

    def settime_ns(fd: int, *, flags: int, initial: int) -> None:
        libc.timerfd_settime(fd, flags, (ctypes.c_long * 4)(0, 0, *divmod(initial, 10**9)), None)

    def create(clock: int, *, flags: int) -> int:
        return int(libc.timerfd_create(clock, flags))

    monkeypatch.setattr(os, "timerfd_create", create, raising=False)
    monkeypatch.setattr(os, "timerfd_settime_ns", settime_ns, raising=False)


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="timerfd is a Linux system call")


@pytest.mark.parametrize(
    "timers",
    [
        pytest.param((native_timerfd,), marks=linux_only),
        pytest.param((ctypes_timerfd,), marks=linux_only),
        (LoopTimer,),
    ],
)
def test_with_every_kind_of_timer_nothing_is_early(
    timers: Sequence[OpenTimer], monkeypatch: pytest.MonkeyPatch
) -> None:
    native(monkeypatch)
    streams = [Beats(30, 0.0017, first_due=time.monotonic() + 0.05 + 0.0003 * number) for number in range(10)]
    with live(stage(*streams, timers=timers)) as server, contextlib.ExitStack() as stack:
        connections = [stack.enter_context(connected(server.url)) for _ in streams]
        for number, connection in enumerate(connections):
            connection.sendall(ask(f"/{number}"))
        bodies = [parsed(read_all(connection)).body for connection in connections]
    assert bodies == [stream.beat * 30 for stream in streams]
    assert all(max(stream.ahead_s) <= 0 for stream in streams)


def test_the_portable_player_is_not_early_either() -> None:
    beats = Beats(30, 0.0017, first_due=time.monotonic() + 0.01)
    with live(portable(stage(beats))) as server:
        assert fetch(server.url, ask("/0")).body == beats.beat * 30
    assert max(beats.ahead_s) <= 0


def test_a_player_that_was_not_started_plays_portably() -> None:
    player = Player()
    beats = Beats(3, 0.001)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await player.stream(beats, [], scope, receive, send)

    assert TestClient(app).get("/").content == beats.beat * 3


class Waiting:
    """An app that answers at an instant, and notes when it did or that nobody waited any more."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.woken_at = 0.0
        self.left = threading.Event()
        self._player = Player()

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await self._player.start()
        yield
        await self._player.stop()

    async def _answer(self, request: Request) -> Response:
        if not await self._player.wait_until(self.deadline, request.scope, request.receive):
            self.left.set()
            return Response()
        self.woken_at = time.monotonic()
        return PlainTextResponse("at last")

    @property
    def app(self) -> ASGIApp:
        return Starlette(routes=[Route("/", self._answer)], lifespan=self._lifespan)


@both
@pytest.mark.parametrize("wait_s", [-1, 0, 0.0213])
def test_an_unstreamed_answer_waits_for_its_instant(by: Callable[[ASGIApp], ASGIApp], wait_s: float) -> None:
    waiting = Waiting(time.monotonic() + wait_s)
    with live(by(waiting.app)) as server:
        assert fetch(server.url, ask()).body == b"at last"
    assert waiting.woken_at >= waiting.deadline


@both
def test_a_client_that_does_not_wait_for_its_answer_is_noticed(by: Callable[[ASGIApp], ASGIApp]) -> None:
    waiting = Waiting(time.monotonic() + 3600)
    with live(by(waiting.app)) as server, connected(server.url) as connection:
        connection.sendall(ask())
        connection.close()
        assert waiting.left.wait(PATIENCE_S)


def test_an_open_stream_costs_one_task() -> None:
    counts: list[int] = []
    ready = threading.Event()
    player = Player()
    app = stage(*[Beats(2, 3600.0) for _ in range(5)], player=player)

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/count":
            counts.append(len(asyncio.all_tasks()))
            ready.set()
        await app(scope, receive, send)

    with live(counting) as server, contextlib.ExitStack() as stack:
        fetch(server.url, ask("/count"))
        for number in range(5):
            connection = stack.enter_context(connected(server.url))
            connection.sendall(ask(f"/{number}"))
            assert connection.recv(1 << 16)
        fetch(server.url, ask("/count"))
    before, after = counts
    assert after - before == 5
