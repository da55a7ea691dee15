import math
import socket
import struct
import sys
import time
from collections.abc import Iterator
from time import monotonic

import gevent
import gevent.socket
import pytest

from harness.client import stamps as subject
from harness.client.fast_lane import LOOK_EVERY_S, FastLane
from harness.client.stamps import StampClock
from harness.client.wire import READ_BYTES, Desk, PlainWire

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux stamps what arrives")


@pytest.fixture
def ends(desk: Desk) -> Iterator[tuple[PlainWire, socket.socket]]:
    """A wire and the socket at its other end."""
    near, far = socket.socketpair()
    wire = PlainWire(gevent.socket.socket(fileno=near.detach()), desk)
    yield wire, far
    wire.close()
    far.close()


@pytest.fixture
def tcp(desk: Desk) -> Iterator[tuple[PlainWire, socket.socket]]:
    """The same over TCP, where the kernel stamps what arrives."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        far = socket.create_connection(server.getsockname())
        near, _ = server.accept()
    wire = PlainWire(gevent.socket.socket(fileno=near.detach()), desk)
    _await_stamps(wire, far)
    yield wire, far
    wire.close()
    far.close()


def _await_stamps(wire: PlainWire, far: socket.socket) -> None:
    """Return when the kernel stamps what comes: it begins to a moment after the first socket has asked for it."""
    for _ in range(10_000 if sys.platform.startswith("linux") else 0):
        far.sendall(b"w")
        listener = Listener(b"w")
        follow(wire, listener)
        if listener.stamps[0][1] is not None:
            return


Ends = tuple[PlainWire, socket.socket]


def test_what_was_sent_is_received_and_the_end_is_empty(ends: Ends) -> None:
    wire, far = ends
    far.sendall(b"hello")
    assert wire.receive(1) == b"hello"
    far.close()
    assert wire.receive(1) == b""


def test_one_read_returns_no_more_than_the_buffer_holds(ends: Ends) -> None:
    wire, far = ends
    sender = gevent.get_hub().threadpool.spawn(far.sendall, b"x" * 3 * READ_BYTES)
    lengths = [len(wire.receive(5))]
    while sum(lengths) < 3 * READ_BYTES:
        lengths.append(len(wire.receive(5)))
    sender.get()
    assert max(lengths) <= READ_BYTES


def test_without_time_to_wait_it_never_waits(ends: Ends) -> None:
    wire, far = ends
    with pytest.raises(BlockingIOError):
        wire.receive(0)
    far.sendall(b"hello")
    assert wire.receive(0) == b"hello"


def test_silence_is_a_timeout_again_and_again(ends: Ends) -> None:
    wire, far = ends
    for _ in range(3):
        with pytest.raises(TimeoutError):
            wire.receive(0.01)
    far.sendall(b"late")
    assert wire.receive(1) == b"late"


def test_a_killed_reader_leaves_the_wire_usable(ends: Ends) -> None:
    wire, far = ends
    reader = gevent.spawn(wire.receive, 10)
    gevent.sleep(0)
    reader.kill()
    far.sendall(b"x")
    assert wire.receive(1) == b"x"


def test_sending_to_somebody_who_does_not_read_is_a_timeout(ends: Ends) -> None:
    wire, _ = ends
    with pytest.raises(TimeoutError):
        wire.send(b"x" * 50_000_000, 0.05)


class Listener:
    """Takes in what comes until it ends with `last`; each time it allows so many seconds more."""

    def __init__(self, last: bytes, allows_s: float = 10) -> None:
        self.heard: list[bytes] = []
        self.stamps: list[tuple[float, float | None]] = []
        self._last = last
        self._allows_s = allows_s

    def take(self, data: bytes, read_s: float, came_s: float | None) -> float | None:
        self.heard.append(data)
        self.stamps.append((read_s, came_s))
        over = data.endswith(self._last) if self._last else not len(data)
        return None if over else monotonic() + self._allows_s


def follow(wire: PlainWire, listener: Listener, within_s: float = 10) -> None:
    wire.follow(listener.take, monotonic() + within_s)


def test_what_comes_is_handed_over_until_no_more_is_wanted(ends: Ends) -> None:
    wire, far = ends
    listener = Listener(b"two")
    reader = gevent.spawn(follow, wire, listener)
    for part in (b"one", b"two"):
        far.sendall(part)
        gevent.sleep(0.01)
    reader.get(timeout=10)
    far.sendall(b"three")
    assert b"".join(listener.heard) == b"onetwo"
    assert wire.receive(1) == b"three"


def test_the_end_of_the_stream_is_empty_and_has_no_stamp(tcp: Ends) -> None:
    wire, far = tcp
    far.close()
    listener = Listener(b"")
    follow(wire, listener)
    assert [came_s for _, came_s in listener.stamps] == [None]


def test_nothing_in_time_is_a_timeout_again_and_again(ends: Ends) -> None:
    wire, far = ends
    for _ in range(3):
        with pytest.raises(TimeoutError):
            follow(wire, Listener(b"x"), within_s=0.01)
    far.sendall(b"x")
    follow(wire, Listener(b"x"))


def test_a_deadline_may_move_nearer(ends: Ends) -> None:
    """The timer of the first wait would ring in a minute."""
    wire, far = ends
    far.sendall(b"x")
    with gevent.Timeout(10), pytest.raises(TimeoutError):
        follow(wire, Listener(b"y", allows_s=0.01), within_s=60)


def test_a_deadline_that_moves_away_is_not_met_by_the_old_timer(ends: Ends) -> None:
    wire, far = ends
    far.sendall(b"x")
    writer = gevent.spawn_later(0.06, far.sendall, b"y")
    follow(wire, Listener(b"y"), within_s=0.02)
    writer.get()


def test_a_timer_that_rings_while_nobody_follows_harms_nobody(ends: Ends) -> None:
    wire, far = ends
    far.sendall(b"x")
    follow(wire, Listener(b"x"), within_s=0.01)
    gevent.sleep(0.03)
    with pytest.raises(TimeoutError):
        follow(wire, Listener(b"x"), within_s=0.01)


def test_what_came_in_time_counts_though_this_process_was_late(ends: Ends) -> None:
    wire, far = ends
    reader = gevent.spawn(follow, wire, Listener(b"x"), 0.02)
    gevent.sleep(0)
    far.sendall(b"x")
    time.sleep(0.05)  # the whole process stands still, past the deadline
    reader.get(timeout=10)


def test_what_goes_wrong_in_taking_is_the_followers(ends: Ends) -> None:
    wire, far = ends
    far.sendall(b"x")
    with pytest.raises(ZeroDivisionError):
        wire.follow(lambda *_: 1 / 0, monotonic() + 10)
    far.sendall(b"x")
    follow(wire, Listener(b"x"))


def test_a_killed_follower_leaves_the_wire_usable(ends: Ends) -> None:
    wire, far = ends
    reader = gevent.spawn(follow, wire, Listener(b"x"))
    gevent.sleep(0)
    reader.kill()
    far.sendall(b"x")
    follow(wire, Listener(b"x"))


@linux
def test_the_stamp_is_of_when_it_came_however_late_it_is_read(tcp: Ends) -> None:
    wire, far = tcp
    before_s = monotonic()
    far.sendall(b"x")
    sent_s = monotonic()
    time.sleep(0.02)
    listener = Listener(b"x")
    follow(wire, listener)
    read_s, came_s = listener.stamps[0]
    assert came_s is not None
    assert before_s - 0.001 < came_s < sent_s + 0.001 < read_s


def stamped(
    clock: StampClock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    now_s: float,
    now_at: float,
    at: float,
    interrupted_s: float = 0.0,
) -> object:
    """What the clock makes of a stamp `at`, read when the monotonic and the wall clock showed this."""
    looks = iter((now_s - interrupted_s, now_s))
    monkeypatch.setattr(subject, "monotonic", lambda: next(looks))
    monkeypatch.setattr(time, "time", lambda: now_at)
    seconds, fraction = divmod(at, 1)
    return clock.came_s(now_s, [(1, 35, struct.pack("@qq", int(seconds), round(fraction * 1e9)))])


def test_a_stamp_lies_as_long_before_the_read_as_the_wall_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StampClock()
    assert stamped(clock, monkeypatch, now_s=50, now_at=1000, at=999.75) == pytest.approx(49.75)
    assert stamped(clock, monkeypatch, now_s=51, now_at=1001, at=1000.9999) == pytest.approx(50.9999)
    assert clock.came_s(51, []) is None


def test_an_interruption_between_two_looks_at_the_clocks_is_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StampClock()
    assert stamped(clock, monkeypatch, now_s=50, now_at=1000, at=999.9) == pytest.approx(49.9)
    late = stamped(clock, monkeypatch, now_s=51.004, now_at=1001.004, at=1000.9, interrupted_s=0.004)
    assert late == pytest.approx(50.9)


@pytest.mark.parametrize("step_s", [3600, -3600, 0.01])
def test_a_wall_clock_that_is_set_tells_nothing_of_that_read(monkeypatch: pytest.MonkeyPatch, step_s: float) -> None:
    clock = StampClock()
    assert stamped(clock, monkeypatch, now_s=50, now_at=1000, at=999.5) is not None
    assert stamped(clock, monkeypatch, now_s=51, now_at=1001 + step_s, at=1000.9) is None
    assert stamped(clock, monkeypatch, now_s=52, now_at=1002 + step_s, at=1001.9 + step_s) == pytest.approx(51.9)


def test_what_lies_between_the_clocks_is_taken_for_known_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StampClock()
    stamped(clock, monkeypatch, now_s=50, now_at=1000, at=999.75)
    monkeypatch.setattr(subject, "monotonic", lambda: pytest.fail("looked"))
    ancillary = [(1, 35, struct.pack("@qq", 1000, 100_000))]
    assert clock.came_s(50 + subject.LOOK_EVERY_S * 0.9, ancillary) == pytest.approx(50.0001)


def test_a_wall_clock_that_was_set_back_since_the_last_look_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StampClock()
    stamped(clock, monkeypatch, now_s=50, now_at=1000, at=999.75)
    assert stamped(clock, monkeypatch, now_s=50.0005, now_at=995.0005, at=995.0004) is None


@pytest.mark.parametrize(("apart_s", "known"), [(0.002, True), (0.004, False)])
def test_a_clock_that_is_slewed_is_not_set(monkeypatch: pytest.MonkeyPatch, apart_s: float, known: bool) -> None:
    """Four seconds later NTP may have added two milliseconds, and a step may be one."""
    clock = StampClock()
    stamped(clock, monkeypatch, now_s=50, now_at=1000, at=999.75)
    later = stamped(clock, monkeypatch, now_s=54, now_at=1004 + apart_s, at=1003.9 + apart_s)
    assert (later is not None) is known


def test_stamps_from_before_the_wall_clock_was_set_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StampClock()
    stamped(clock, monkeypatch, now_s=50, now_at=1000, at=999.5)
    assert stamped(clock, monkeypatch, now_s=51, now_at=1002, at=1001.9) is None
    assert stamped(clock, monkeypatch, now_s=52, now_at=1003, at=1000.95) is None
    assert stamped(clock, monkeypatch, now_s=53, now_at=1004, at=1003.9) == pytest.approx(52.9)


@pytest.mark.parametrize(("ahead_s", "known"), [(0.0005, 50), (0.5, None)])
def test_a_stamp_from_the_future_is_now_or_nothing(
    monkeypatch: pytest.MonkeyPatch, ahead_s: float, known: float | None
) -> None:
    assert stamped(StampClock(), monkeypatch, now_s=50, now_at=1000, at=1000 + ahead_s) == known


@pytest.fixture
def pair(desk: Desk) -> Iterator[tuple[Ends, Ends, FastLane]]:
    """Two wires that share a fast lane, with their other ends."""
    (one, far_one), (other, far_other) = socket.socketpair(), socket.socketpair()
    wires = [PlainWire(gevent.socket.socket(fileno=sock.detach()), desk) for sock in (one, other)]
    yield (wires[0], far_one), (wires[1], far_other), desk.lane
    for wire in wires:
        wire.close()
    for far in (far_one, far_other):
        far.close()


@linux
@pytest.mark.parametrize("is_urgent", [True, False])
def test_what_is_urgent_is_read_before_the_event_loop_turns(pair: tuple[Ends, Ends, FastLane], is_urgent: bool) -> None:
    (first, far_first), (other, far_other), _ = pair
    heard: list[str] = []
    far_other.sendall(b"x")

    def take_first(*_: object) -> float | None:
        heard.append("first")
        return None

    def take_other(data: bytes, *_: object) -> float | None:
        heard.append("other")
        if len(heard) == 1:
            far_first.sendall(b"x")  # after the event loop had asked who is readable
            far_other.sendall(b"x")
            gevent.get_hub().loop.run_callback(heard.append, "turned")
            return monotonic() + 10
        return None

    first.hurry(is_urgent)
    followers = [gevent.spawn(first.follow, take_first, monotonic() + 10)]
    gevent.sleep(0)
    followers.append(gevent.spawn(other.follow, take_other, monotonic() + 10))
    gevent.joinall(followers, timeout=10, raise_error=True)
    assert (heard.index("first") < heard.index("turned")) is is_urgent


@linux
def test_the_lane_is_looked_at_only_while_somebody_is_on_it(pair: tuple[Ends, Ends, FastLane]) -> None:
    (one, _), (other, _), lane = pair
    assert lane.due_s == math.inf
    for wire in (one, other):
        wire.hurry(True)
        wire.hurry(True)
    before_s = monotonic()
    assert lane.due_s <= before_s
    lane.look()
    assert lane.due_s >= before_s + LOOK_EVERY_S
    one.hurry(False)
    assert lane.due_s < math.inf
    other.close()
    assert lane.due_s == math.inf


@linux
def test_who_is_in_no_hurry_any_more_is_read_in_turn(pair: tuple[Ends, Ends, FastLane]) -> None:
    (one, far), (other, _), lane = pair
    listener = Listener(b"x")
    one.hurry(True)
    other.hurry(True)
    reader = gevent.spawn(follow, one, listener)
    gevent.sleep(0)
    one.hurry(False)
    far.sendall(b"x")
    lane.look()
    assert not listener.heard
    reader.get(timeout=10)


@linux
def test_an_answer_that_ended_out_of_turn_leaves_a_wire_that_can_be_used_again(
    pair: tuple[Ends, Ends, FastLane],
) -> None:
    """The event loop had found it readable before it was read; the server has neither closed it nor said more."""
    (urgent, far_urgent), (busy, far_busy), _ = pair
    follower = gevent.spawn(follow, busy, Listener(b"end"))
    for sends in ((far_busy, far_urgent), (far_urgent, far_busy)) * 5:
        urgent.hurry(True)
        reader = gevent.spawn(follow, urgent, Listener(b"x"))
        gevent.sleep(0)
        for far in sends:  # which of the two the event loop tells of first depends on it
            far.sendall(b"x")
        reader.get(timeout=10)
        urgent.hurry(False)
        gevent.sleep(0.001)
        assert urgent.quiet()
    far_urgent.sendall(b"more")
    gevent.sleep(0.01)
    assert not urgent.quiet()
    far_busy.sendall(b"end")
    follower.get(timeout=10)


@linux
def test_the_lane_may_be_closed_by_who_is_read() -> None:
    lane = FastLane()
    near, far = socket.socketpair()
    lane.enter(near.fileno(), lane.close)
    far.sendall(b"x")
    lane.look()
    assert lane.due_s == math.inf
    near.close()
    far.close()


@linux
@pytest.mark.parametrize("fails", [False, True])
def test_what_is_urgent_is_read_when_others_send(pair: tuple[Ends, Ends, FastLane], fails: bool) -> None:
    """Without the event loop, which alone can wake who follows."""
    (urgent, far_urgent), (other, _), _ = pair
    heard: list[bytes] = []

    def take(data: bytes, *_: object) -> None:
        heard.append(data)
        assert not fails

    urgent.hurry(True)
    reader = gevent.spawn(urgent.follow, take, monotonic() + 10)
    gevent.sleep(0)
    far_urgent.sendall(b"x")
    other.send(b"hello", 1)
    assert heard == [b"x"]
    assert not reader.ready()
    reader.join(10)
    assert (reader.successful(), isinstance(reader.exception, AssertionError)) == (not fails, fails)
    urgent.hurry(False)
    assert urgent.quiet()
    far_urgent.sendall(b"y")
    follow(urgent, Listener(b"y"))
