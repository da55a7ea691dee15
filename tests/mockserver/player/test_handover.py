import asyncio

from mockserver.player import respond
from tests.mockserver.player.test_paced import Wire


def test_a_whole_answer_is_one_write() -> None:
    wire = Wire()
    asyncio.run(respond(wire, 200, [(b"content-length", b"4")], b"body"))  # type: ignore[arg-type]
    assert wire.written == [b"200 content-length: 4\r\n\r\nbody"]
    assert wire.finished


def test_a_client_who_has_left_is_not_answered() -> None:
    wire = Wire(closing=True)
    asyncio.run(respond(wire, 200, [], b"body"))  # type: ignore[arg-type]
    assert (wire.written, wire.finished) == ([], False)
