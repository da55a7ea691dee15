"""One exchange over a wire that says when its reads came."""

from collections.abc import Sequence
from time import monotonic

import pytest

from harness.client.connection import Connection
from harness.client.exchange import Exchange
from harness.client.timeouts import Timeouts
from harness.client.wire import Take
from harness.measure.timeline import Link, Timeline
from tests.harness.client.scripted import HEAD, chunked, frame


class Told:
    """A wire of these reads, each with how long before its reading it came (None: nobody knows)."""

    def __init__(self, *reads: tuple[bytes, float | None]) -> None:
        self._reads = reads
        self._is_urgent = False
        self.hurried: list[bool] = []

    def send(self, data: bytes, timeout_s: float) -> None:
        """It goes nowhere."""

    def receive(self, timeout_s: float) -> bytes:
        """Nothing to receive."""
        raise BlockingIOError

    def follow(self, take: Take, due_s: float) -> None:
        """All reads."""
        for data, ago_s in self._reads:
            self.hurried.append(self._is_urgent)
            now_s = monotonic()
            if take(data, now_s, None if ago_s is None else now_s - ago_s) is None:
                return

    def hurry(self, is_urgent: bool) -> None:
        """Remembered."""
        self._is_urgent = is_urgent

    def quiet(self) -> bool:
        """Nobody asks."""
        return True

    def close(self) -> None:
        """Nothing to close."""


def seen(*agos_s: float | None) -> Timeline:
    pieces = chunked(*(frame(text) for text in "abcd"[: len(agos_s)]), end=False)
    reads: Sequence[tuple[bytes, float | None]] = [(HEAD, 0.0), *zip(pieces, agos_s, strict=True), (b"", None)]
    exchange = Exchange(stream=True, usage_asked=True, timeouts=Timeouts(), loop_lag_s=lambda _since_s: 0.0)
    exchange.run(Connection(Told(*reads), Link()), b"")
    return exchange.timeline(str)


def test_the_lag_is_the_most_that_a_read_came_before_it_was_read() -> None:
    assert seen(0.0, 0.000_5, 0.000_1).lag_s == pytest.approx(0.000_5)


def test_a_read_without_stamp_makes_it_our_own_clock() -> None:
    assert [seen(0.0, 0.0).clock, seen(0.0, None).clock] == ["kernel", "app"]


def test_nothing_comes_before_what_had_come_already() -> None:
    timeline = seen(0.0, 3600.0, 0.0)
    instants = [read.at_s for read in timeline.reads]
    assert instants == sorted(instants)
    assert instants[0] >= 0


@pytest.mark.parametrize(("stream", "hurried"), [(True, [True, True, True, False]), (False, [False] * 4)])
def test_a_stream_is_read_out_of_turn_until_its_first_token_is_there(stream: bool, hurried: list[bool]) -> None:
    role, first, second = chunked(frame(""), frame("a"), frame("b"), end=False)
    wire = Told((HEAD, 0.0), (role, 0.0), (first, 0.0), (second, 0.0))
    exchange = Exchange(stream=stream, usage_asked=True, timeouts=Timeouts(), loop_lag_s=lambda _since_s: 0.0)
    exchange.run(Connection(wire, Link()), b"")
    assert wire.hurried == hurried


def test_a_first_token_that_cannot_be_seen_is_not_the_last_one_to_hurry_for() -> None:
    pieces = chunked(frame(""), frame("\n"), frame("a"), frame("b"), end=False)
    calls = chunked(*[frame("\n")] * 6, end=False)
    for sent, hurried in ((pieces, [True] * 4 + [False]), (calls, [True] * 5 + [False] * 2)):
        wire = Told((HEAD, 0.0), *((piece, 0.0) for piece in sent))
        exchange = Exchange(stream=True, usage_asked=True, timeouts=Timeouts(), loop_lag_s=lambda _since_s: 0.0)
        exchange.run(Connection(wire, Link()), b"")
        assert wire.hurried == hurried
