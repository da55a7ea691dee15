import socket
from collections.abc import Iterator

import gevent
import gevent.socket
import pytest

from harness.client.wire import READ_BYTES, PlainWire


@pytest.fixture
def ends() -> Iterator[tuple[PlainWire, socket.socket]]:
    """A wire and the socket at its other end."""
    near, far = socket.socketpair()
    wire = PlainWire(gevent.socket.socket(fileno=near.detach()))
    wire.send(b"", 1)
    yield wire, far
    wire.close()
    far.close()


Ends = tuple[PlainWire, socket.socket]


def test_what_was_sent_is_received_and_the_end_is_empty(ends: Ends) -> None:
    wire, far = ends
    far.sendall(b"hello")
    assert bytes(wire.receive(1)) == b"hello"
    far.close()
    assert bytes(wire.receive(1)) == b""


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
    assert bytes(wire.receive(0)) == b"hello"


def test_silence_is_a_timeout_again_and_again(ends: Ends) -> None:
    wire, far = ends
    for _ in range(3):
        with pytest.raises(TimeoutError):
            wire.receive(0.01)
    far.sendall(b"late")
    assert bytes(wire.receive(1)) == b"late"


def test_a_deadline_may_move_nearer(ends: Ends) -> None:
    """The timer of the first wait would ring in a minute."""
    wire, far = ends
    far.sendall(b"x")
    wire.receive(60)
    with gevent.Timeout(10), pytest.raises(TimeoutError):
        wire.receive(0.01)


def test_a_deadline_that_moves_away_is_not_met_by_the_old_timer(ends: Ends) -> None:
    wire, far = ends
    far.sendall(b"x")
    wire.receive(0.02)
    writer = gevent.spawn_later(0.06, far.sendall, b"y")
    assert bytes(wire.receive(10)) == b"y"
    writer.get()


def test_a_timer_that_rings_while_nobody_waits_harms_nobody(ends: Ends) -> None:
    wire, far = ends
    far.sendall(b"x")
    wire.receive(0.01)
    gevent.sleep(0.03)
    with pytest.raises(TimeoutError):
        wire.receive(0.01)


def test_a_killed_reader_leaves_the_wire_usable(ends: Ends) -> None:
    wire, far = ends
    reader = gevent.spawn(wire.receive, 10)
    gevent.sleep(0)
    reader.kill()
    far.sendall(b"x")
    assert bytes(wire.receive(1)) == b"x"


def test_sending_to_somebody_who_does_not_read_is_a_timeout(ends: Ends) -> None:
    wire, _ = ends
    with pytest.raises(TimeoutError):
        wire.send(b"x" * 50_000_000, 0.05)
