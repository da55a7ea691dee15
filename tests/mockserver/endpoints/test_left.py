"""Clients who have left when their answer is ready: the journal says what happened, not what was meant to."""

import json
import urllib.request

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.app import CHAT, create_app
from mockserver.player import lent
from mockserver.settings import Settings
from tests.mockserver.live import live
from tests.mockserver.raw import connected, read_all


def without_clients(app: ASGIApp) -> ASGIApp:
    """An app whose clients are gone as soon as they have asked for a completion."""

    async def left(scope: Scope, receive: Receive, send: Send) -> None:
        handover = lent(scope)
        if scope["type"] == "http" and scope["path"] == CHAT and handover is not None:
            handover.transport.abort()
        await app(scope, receive, send)

    return left


@pytest.mark.parametrize("model", ["gpt-4o-mini", "no-such-model"])
@pytest.mark.parametrize("stream", [False, True])
def test_nobody_is_answered_and_the_journal_says_so(model: str, stream: bool) -> None:
    body = json.dumps({"model": model, "stream": stream, "messages": [{"role": "user", "content": "hello"}]}).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer k\r\ncontent-length: {len(body)}\r\n\r\n"
    with live(without_clients(create_app(Settings(latency="instant")))) as server:
        with connected(server.url) as connection:
            connection.sendall(head.encode() + body)
            assert read_all(connection) == b""
        with urllib.request.urlopen(f"{server.url}/_mock/requests") as answer:
            (entry,) = json.load(answer)["requests"]
    assert "hung_up_at" in entry
    assert not {"status", "headers_at", "first_token_at", "done_at"} & entry.keys()
    assert not entry.get("sent_tokens")
