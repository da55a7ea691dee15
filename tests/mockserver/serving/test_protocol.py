import json

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.player import lent, respond
from tests.mockserver.live import live
from tests.mockserver.player.stubs import Beats, stage
from tests.mockserver.raw import ask, connected, fetch, read_all


@pytest.mark.parametrize(
    "garbage",
    [
        b"HELO test\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: many\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
    ],
)
def test_what_is_not_http_is_answered_with_an_error_of_the_api(garbage: bytes) -> None:
    with live(stage()) as server:
        answer = fetch(server.url, garbage)
    assert answer.head[0] == b"HTTP/1.1 400 Bad Request"
    assert b"connection: close" in answer.head
    assert b"content-length: %d" % len(answer.body) in answer.head
    assert json.loads(answer.body)["error"]["type"] == "invalid_request_error"


def test_garbage_behind_an_open_stream_cuts_it_without_a_second_answer_in_its_middle() -> None:
    beats = Beats(2, 3600.0)
    with live(stage(beats)) as server, connected(server.url) as connection:
        connection.sendall(ask("/0").replace(b"close", b"keep-alive"))
        begin = connection.recv(1 << 16)
        connection.sendall(b"\x00\x00\x00\r\n\r\n")
        rest = read_all(connection)
    assert begin.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 400" not in begin + rest


def test_headers_are_the_apps_own() -> None:
    async def answer(request: Request) -> Response:
        return Response("fine", headers={"server": "cloudflare"})

    with live(Starlette(routes=[Route("/", answer)])) as server:
        head = fetch(server.url, ask()).head
    assert head == (b"HTTP/1.1 200 OK", b"server: cloudflare", b"content-length: 4", b"connection: close")


def only(app: ASGIApp) -> Starlette:
    """An app that answers like `app`, whatever is asked."""

    async def answer(_request: Request) -> ASGIApp:
        return app

    return Starlette(routes=[Route("/", answer)])


def test_a_header_that_is_none_is_not_sent(caplog: pytest.LogCaptureFixture) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        handover = lent(scope)
        assert handover is not None
        await respond(handover, 200, [(b"x-split", b"in\r\ntwo: lines"), (b"content-length", b"0")], b"")

    with live(only(answer)) as server:
        got = fetch(server.url, ask())
    assert got.head[0] == b"HTTP/1.1 500 Internal Server Error"
    assert not any(b"two" in line for line in got.head)
    assert "control character" in caplog.text


def test_an_answer_is_the_same_by_either_way() -> None:
    async def plainly(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 429, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"body"})

    async def past_it(scope: Scope, receive: Receive, send: Send) -> None:
        handover = lent(scope)
        assert handover is not None
        await respond(handover, 429, [(b"content-length", b"4")], b"body")

    heads = []
    for app in (plainly, past_it):
        with live(only(app)) as server:
            answers = [fetch(server.url, ask(version=version)) for version in ("1.0", "1.1")]
            heads.append([(answer.head, answer.body) for answer in answers])
    assert heads[0] == heads[1]
    assert heads[0][1][1] == b"body"


def test_a_connection_that_is_being_closed_is_not_answered_and_nobody_complains(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        handover = lent(scope)
        assert handover is not None
        handover.transport.abort()
        await respond(handover, 200, [(b"content-length", b"4")], b"body")

    with live(only(answer)) as server, connected(server.url) as connection:
        connection.sendall(ask())
        assert read_all(connection) == b""
    assert caplog.text == ""
