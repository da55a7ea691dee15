"""Through a proxy, on real sockets."""

import shutil
import ssl
from contextlib import closing
from pathlib import Path

import pytest

from harness.client.chat import ChatClient
from harness.client.endpoint import Endpoint
from harness.client.proxy import Proxy
from harness.client.target import Target
from harness.client.timeouts import Timeouts
from harness.client.trust import client_context
from harness.client.wire import Desk
from harness.measure.outcome import Judged, judge
from harness.measure.timeline import Timeline
from tests.authority import Authority, make_authority
from tests.harness.client.scripted import BODY, WHOLE, Peer, ScriptedServer, Step, says
from tests.ports import held_port

NAME = "api.invalid"
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program is not installed")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("proxied"), f"DNS:{NAME}")


def tunnel(context: ssl.SSLContext) -> Step:
    """A step that agrees to a tunnel and is itself what lies at the end of it."""

    def play(peer: Peer) -> None:
        peer.send(b"HTTP/1.1 200 Connection established\r\n", b"X-Proxy: 1\r\n\r\n")
        peer.sock = context.wrap_socket(peer.sock, server_side=True)

    return play


def ask(url: str, port: int, ca_file: Path | None = None, times: int = 1) -> list[Timeline]:
    proxy = Proxy(Target("http", "127.0.0.1", port), "me:pw")
    context = client_context(ca_file)
    endpoint = Endpoint(target=Target.parse(url), api_key="sk-1234567", proxy=proxy)
    with closing(Desk()) as desk:
        client = ChatClient(endpoint, desk=desk, timeouts=Timeouts(idle_s=5), context=context)
        try:
            return [client.send(BODY, request_id=f"c.{n}") for n in range(times)]
        finally:
            client.close()


def test_plain_http_is_asked_for_by_the_whole_url() -> None:
    with ScriptedServer([[says(*WHOLE)] * 2]) as server:
        seen = ask("http://gateway.invalid:81/llm", server.port, times=2)
    assert [judge(each) for each in seen] == [Judged("complete")] * 2
    assert seen[1].link.reused
    head = server.requests[0].partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert head[:2] == [
        b"POST http://gateway.invalid:81/llm/v1/chat/completions HTTP/1.1",
        b"Host: gateway.invalid:81",
    ]
    assert b"Proxy-Authorization: Basic bWU6cHc=" in head


@needs_openssl
def test_https_goes_through_a_tunnel_that_sees_neither_key_nor_question(authority: Authority) -> None:
    with ScriptedServer([[tunnel(authority.serving()), says(*WHOLE), says(*WHOLE)]]) as server:
        seen = ask(f"https://{NAME}", server.port, authority.certificate, times=2)
    assert [judge(each) for each in seen] == [Judged("complete")] * 2
    assert seen[0].link.tls_s is not None
    asked, inner, _ = server.requests
    assert asked.startswith(b"CONNECT api.invalid:443 HTTP/1.1\r\n")
    assert b"sk-1234567" not in asked
    assert b"Proxy-Authorization" in asked
    assert inner.startswith(b"POST /v1/chat/completions HTTP/1.1\r\nHost: api.invalid\r\n")
    assert b"Proxy-Authorization" not in inner


@needs_openssl
def test_the_certificate_is_checked_through_the_tunnel_too(authority: Authority) -> None:
    with ScriptedServer([[tunnel(authority.serving())]]) as server:
        (seen,) = ask(f"https://{NAME}", server.port)
    assert judge(seen) == Judged("connect_error", "tls")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
            "407 Proxy Authentication Required",
        ),
        (b"SSH-2.0-x\r\n\r\n", "SSH-2.0-x"),
        (b"HTTP/1.1 503 Busy\r\nX: " + b"x" * 20_000, "503 Busy"),
    ],
)
def test_a_proxy_that_makes_no_tunnel_is_told_apart(said: bytes, why: str) -> None:
    with ScriptedServer([[says(said)]]) as server:
        (seen,) = ask(f"https://{NAME}", server.port)
    assert judge(seen) == Judged("connect_error", "proxy")
    assert seen.failure is not None
    assert why in seen.failure.why
    assert "pw" not in seen.failure.why


def test_a_proxy_that_hangs_up_or_is_not_there_is_a_failed_connection() -> None:
    with ScriptedServer([[Peer.close]]) as server:
        (seen,) = ask(f"https://{NAME}", server.port)
    assert judge(seen) == Judged("connect_error", "proxy")
    with held_port() as port:
        (seen,) = ask(f"https://{NAME}", port)
    assert judge(seen) == Judged("connect_error", "refused")
