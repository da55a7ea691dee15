import asyncio
import logging
from dataclasses import dataclass, field

import pytest
from starlette.types import Message

from mockserver.player.handover import Flow
from mockserver.player.paced import Line, play_paced, wait_paced
from mockserver.player.pacer import Pacer
from mockserver.player.performance import End, RawHeaders
from tests.mockserver.player.stubs import Beats
from tests.mockserver.player.test_pacer import Hand


@dataclass
class Wire:
    """A transport that can be looked at, and the hand-over of it."""

    chunked: bool = True
    written: list[bytes] = field(default_factory=list)
    closing: bool = False
    aborted: bool = False
    woken: int = 0
    finished: bool = False
    streams: bool = False

    @property
    def transport(self) -> "Wire":
        return self

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def is_closing(self) -> bool:
        return self.closing

    async def ready(self) -> bool:
        return not self.closing

    def head(self, status: int, headers: RawHeaders, *, stream: bool = False) -> bytes:
        assert stream is self.streams
        return b"%d " % status + b"".join(b"%b: %b\r\n" % header for header in headers) + b"\r\n"

    def finish(self) -> None:
        self.finished = True

    def lend(self, flow: Flow) -> None:
        pass

    def abort(self) -> None:
        self.aborted = True

    def wake(self) -> None:
        self.woken += 1


@dataclass
class Setting:
    """A line of five beats, one a second from t = 1001 on."""

    wire: Wire = field(default_factory=Wire)
    hand: Hand = field(default_factory=Hand)

    def line(self, fails_at: int | None = None, head: bytes = b"", end: End = "whole") -> tuple[Line, Pacer]:
        pacer = Pacer(self.hand.open, clock=lambda: self.hand.now)
        performance = Beats(5, 1.0, first_due=1001.0, beat=b"tick", fails_at=fails_at, end=end)
        line = Line(performance, self.wire, pacer, head)  # type: ignore[arg-type]
        pacer.add(line, performance.first_due)
        return line, pacer


def test_each_write_is_one_chunk_and_the_end_wakes_the_request() -> None:
    setting = Setting()
    line, _ = setting.line()
    setting.hand.run_down()
    assert setting.wire.written == [b"4\r\ntick\r\n"] * 4 + [b"4\r\ntick\r\n0\r\n\r\n"]
    assert (line.done, setting.wire.woken) == (True, 1)


def test_the_head_goes_out_with_the_first_chunk() -> None:
    setting = Setting()
    setting.line(head=b"HTTP/1.1 200 OK\r\n\r\n")
    setting.hand.run_down()
    assert setting.wire.written[:2] == [b"HTTP/1.1 200 OK\r\n\r\n4\r\ntick\r\n", b"4\r\ntick\r\n"]


def test_a_broken_stream_has_no_mark_of_its_end() -> None:
    setting = Setting()
    setting.line(end="cut")
    setting.hand.run_down()
    assert setting.wire.written == [b"4\r\ntick\r\n"] * 5


def test_a_client_that_knows_no_chunks_gets_the_plain_bytes() -> None:
    setting = Setting(Wire(chunked=False))
    setting.line()
    setting.hand.run_down()
    assert setting.wire.written == [b"tick"] * 5


def test_a_slow_reader_leaves_the_schedule_and_comes_back_with_all_that_is_due() -> None:
    setting = Setting()
    line, pacer = setting.line()
    setting.hand.turn()
    line.pause()
    assert (len(pacer), setting.hand.at is not None) == (0, True)
    setting.hand.now = 1003.5
    setting.hand.fire()
    assert len(setting.wire.written) == 1
    line.resume()
    assert len(pacer) == 1
    setting.hand.run_down()
    assert len(setting.wire.written) == 5
    assert line.done


def test_a_reader_that_becomes_slow_during_a_write_is_not_scheduled_again() -> None:
    setting = Setting()
    line, pacer = setting.line()

    def write(data: bytes) -> None:
        setting.wire.written.append(data)
        line.pause()

    setting.wire.write = write  # type: ignore[method-assign]
    setting.hand.turn()
    assert (len(pacer), len(setting.wire.written)) == (0, 1)
    line.resume()
    assert len(pacer) == 1


def test_resuming_twice_or_after_the_end_schedules_nothing() -> None:
    setting = Setting()
    line, pacer = setting.line()
    line.resume()
    assert len(pacer) == 1
    setting.hand.run_down()
    line.pause()
    line.resume()
    assert len(pacer) == 0


def test_a_lost_connection_is_not_written_to() -> None:
    setting = Setting()
    line, pacer = setting.line()
    line.lost()
    assert len(pacer) == 0


def test_a_client_who_left_just_before_the_first_byte_is_not_written_to() -> None:
    setting = Setting(Wire(closing=True))
    pacer = Pacer(setting.hand.open, clock=lambda: setting.hand.now)
    beats = Beats(5, 1.0, first_due=setting.hand.now)

    async def receive() -> Message:
        raise AssertionError("nothing to wait for")

    asyncio.run(play_paced(beats, [], pacer=pacer, handover=setting.wire, receive=receive))  # type: ignore[arg-type]
    assert beats.left.is_set()
    assert (setting.wire.written, beats.played, len(pacer)) == ([], 0, 0)


def test_a_stream_is_finished_when_its_last_chunk_was_written() -> None:
    setting = Setting(Wire(streams=True))
    pacer = Pacer(setting.hand.open, clock=lambda: setting.hand.now)
    beats = Beats(2, 1.0, first_due=setting.hand.now, beat=b"tick")

    async def receive() -> Message:
        assert not setting.wire.finished
        setting.hand.run_down()
        return {"type": "http.request"}

    asyncio.run(play_paced(beats, [], pacer=pacer, handover=setting.wire, receive=receive))  # type: ignore[arg-type]
    assert setting.wire.written == [b"200 \r\n4\r\ntick\r\n", b"4\r\ntick\r\n0\r\n\r\n"]
    assert setting.wire.finished


def test_a_wait_that_is_broken_off_is_forgotten() -> None:
    setting = Setting()
    pacer = Pacer(setting.hand.open, clock=lambda: setting.hand.now)

    async def hang_up() -> Message:
        assert len(pacer) == 1
        return {"type": "http.disconnect"}

    assert not asyncio.run(wait_paced(setting.hand.now + 3600, pacer, setting.wire, hang_up))  # type: ignore[arg-type]
    assert len(pacer) == 0


def test_a_performance_that_fails_is_cut_and_logged_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    setting = Setting()
    line, _ = setting.line(fails_at=2)
    with caplog.at_level(logging.ERROR):
        setting.hand.run_down()
    assert [record.getMessage() for record in caplog.records] == ["a stream was aborted: RuntimeError: no such string"]
    assert caplog.records[0].exc_info is None
    assert (len(setting.wire.written), setting.wire.aborted, line.failed, line.done) == (2, True, True, False)
