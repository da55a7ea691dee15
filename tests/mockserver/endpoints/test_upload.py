import anyio
import orjson
import pytest
from starlette.types import Message

from mockserver.endpoints.upload import HungUpError, read_body
from mockserver.wire.errors import Refusal


def _read(
    *messages: Message,
    most_bytes: int = 10,
    most_s: float = 60.0,
    announced: bytes | None = None,
    then_wait: bool = False,
) -> bytes | Refusal:
    coming = iter(messages)

    async def receive() -> Message:
        message = next(coming, None)
        if message is None:
            assert then_wait
            await anyio.sleep_forever()
        return message  # type: ignore[return-value]

    headers = [] if announced is None else [(b"content-length", announced)]

    async def reading() -> bytes | Refusal:
        return await read_body({"headers": headers}, receive, most_bytes=most_bytes, most_s=most_s)

    return anyio.run(reading)


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_may_come_in_parts() -> None:
    assert _read(_part(b"a", more=True), _part(b"b", more=True), _part(b"", more=False)) == b"ab"


def test_a_client_that_leaves_before_the_end_has_asked_nothing() -> None:
    with pytest.raises(HungUpError):
        _read(_part(b"a", more=True), {"type": "http.disconnect"})


@pytest.mark.parametrize(
    ("messages", "announced"),
    [
        ([], b"11"),
        ([_part(b"x" * 11, more=False)], None),
        ([_part(b"x" * 6, more=True), _part(b"x" * 5, more=True)], None),
    ],
    ids=["announced", "in one piece", "in parts"],
)
def test_a_body_that_is_too_large_is_not_read_to_its_end(messages: list[Message], announced: bytes | None) -> None:
    refusal = _read(*messages, announced=announced)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 413
    assert orjson.loads(refusal.body)["error"]["message"] == "The request body is larger than 10 bytes."
    assert ("connection", "close") in refusal.headers


def test_a_body_of_just_the_size_is_read() -> None:
    assert _read(_part(b"x" * 10, more=False), announced=b"10") == b"x" * 10


def test_a_body_that_does_not_come_is_not_waited_for_for_ever() -> None:
    refusal = _read(_part(b"a", more=True), most_s=0.01, then_wait=True)
    assert isinstance(refusal, Refusal)
    assert refusal.status == 408
