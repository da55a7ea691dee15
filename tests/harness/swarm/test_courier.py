"""Bringing a growing file over, against a receiver that answers, is silent for a while, or is gone."""

from collections.abc import Callable
from pathlib import Path

import gevent
import pytest

from harness.swarm.courier import PATIENCE, Courier
from harness.swarm.shipping import CHUNK_BYTES, continuing


class Far:
    """The other side; it does not hear the pieces whose turn is in `deaf`."""

    def __init__(self, deaf: Callable[[int], bool] = lambda _turn: False) -> None:
        self.copy = b""
        self.sent: list[int] = []
        self.deaf = deaf
        self.courier: Courier

    def take(self, offset: int, data: bytes) -> None:
        self.sent.append(len(data))
        if not self.deaf(len(self.sent)):
            self.copy += continuing(len(self.copy), offset, data)
            gevent.spawn(self.courier.acknowledge, len(self.copy))


def brought(path: Path, far: Far) -> Courier:
    far.courier = Courier(path, far.take, resend_s=0.001)
    return far.courier


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "records-0.jsonl"
    path.write_bytes(bytes(range(256)) * (CHUNK_BYTES // 256 * 2) + b"the rest")
    return path


def test_the_rest_is_brought_piece_by_piece(file: Path) -> None:
    far = Far()
    assert brought(file, far).finish()
    assert far.copy == file.read_bytes()
    assert far.sent == [CHUNK_BYTES, CHUNK_BYTES, 8]


def test_what_was_not_heard_is_said_again(file: Path) -> None:
    far = Far(deaf=lambda turn: turn % PATIENCE != 0)
    assert brought(file, far).finish()
    assert far.copy == file.read_bytes()
    assert far.sent == [CHUNK_BYTES] * 2 * PATIENCE + [8] * PATIENCE


def test_who_never_answers_is_given_up(file: Path) -> None:
    far = Far(deaf=lambda _turn: True)
    assert not brought(file, far).finish()
    assert len(far.sent) == PATIENCE


def test_nobody_is_waited_for_who_is_known_to_be_gone(file: Path) -> None:
    far = Far(deaf=lambda _turn: True)
    courier = brought(file, far)
    courier.give_up()
    assert not courier.finish()
    assert far.sent == []


def test_what_is_written_later_is_brought_too(file: Path) -> None:
    far = Far()
    courier = brought(file, far)
    carrying = gevent.spawn(courier.run)
    while len(far.copy) < file.stat().st_size:
        gevent.sleep(0.001)
    carrying.kill()
    with file.open("ab") as more:
        more.write(b" and more")
    assert courier.finish()
    assert far.copy == file.read_bytes()
