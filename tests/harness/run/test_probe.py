"""The one request before the load, on real sockets."""

import shutil
import ssl
from pathlib import Path

import orjson
import pytest

from harness.client.endpoint import Endpoint
from harness.client.proxy import Proxy
from harness.client.target import Target
from harness.client.trust import client_context
from harness.run.probe import probe
from profiles.record import Record
from tests.authority import Authority, make_authority
from tests.harness.client.scripted import Peer, ScriptedServer, Step, answer, says
from tests.ports import held_port

NAME = "api.invalid"
BODY = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Why?"}], "max_tokens": 1}
CHOICE = {"index": 0, "message": {"role": "assistant", "content": "A"}, "finish_reason": "length"}
USAGE = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}
GOOD = answer(200, orjson.dumps({"model": "gpt-4o-mini-2024-07-18", "choices": [CHOICE], "usage": USAGE}))

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program is not installed")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("probed"), f"DNS:{NAME}")


def tunnel(context: ssl.SSLContext) -> Step:
    """A step that agrees to a tunnel and is itself what lies at the end of it."""

    def play(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        peer.sock = context.wrap_socket(peer.sock, server_side=True)

    return play


def asked(port: int, ca_file: Path | None) -> Record:
    proxy = Proxy(Target("http", "127.0.0.1", port), "me:pw")
    endpoint = Endpoint(target=Target.parse(f"https://{NAME}/llm"), api_key="sk-1234567", proxy=proxy)
    return probe(endpoint, client_context(ca_file), "first", BODY)


def test_it_goes_through_the_tunnel_of_a_proxy_that_sees_no_key(authority: Authority) -> None:
    with ScriptedServer([[tunnel(authority.serving()), says(GOOD)]]) as server:
        record = asked(server.port, authority.certificate)
    assert (record.outcome, record.status, record.detail) == ("complete", 200, "length")
    assert record.tokens is not None
    assert (record.tokens.prompt, record.tokens.completion) == (9, 1)
    outer, inner = server.requests
    assert outer.startswith(f"CONNECT {NAME}:443 ".encode())
    assert b"sk-1234567" not in outer
    assert b"Proxy-Authorization: Basic bWU6cHc=" in outer
    assert inner.startswith(b"POST /llm/v1/chat/completions HTTP/1.1\r\n")
    assert f"Host: {NAME}\r\n".encode() in inner
    assert b"Proxy-Authorization" not in inner


def test_a_certificate_that_is_not_believed_is_told(authority: Authority) -> None:
    with ScriptedServer([[tunnel(authority.serving())]]) as server:
        record = asked(server.port, None)
    assert (record.outcome, record.detail) == ("connect_error", "tls")


def test_nobody_there_is_told() -> None:
    with held_port() as port:
        assert asked(port, None).outcome == "disconnected"
