"""The client against scripted bytes on real sockets: what it asks, and how it keeps its connection."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import gevent
import gevent.socket
import orjson
import pytest

from harness.client.chat import Cancelled, ChatClient
from harness.client.endpoint import Endpoint
from harness.client.target import Target
from harness.client.wire import Desk
from harness.measure.outcome import Judged, judge
from harness.measure.timeline import Failure, Timeline, Usage
from tests.harness.client.scripted import (
    BODY,
    HEAD,
    WHOLE,
    Peer,
    ScriptedServer,
    Step,
    answer,
    chunked,
    frame,
    pieces,
    says,
    then,
)

Clients = Callable[..., ChatClient]
UNSTREAMED: Mapping[str, Any] = {"model": "m", "messages": []}
KEY = "sk-test-0123456789abcdef"


def exchange(client: Clients, *steps: Step, body: Mapping[str, Any] = BODY, **limits: float) -> Timeline:
    """What a client sees of one request on a connection that plays these steps."""
    with ScriptedServer([steps]) as server:
        return client(server.url, **limits).send(body, request_id="call.1")


def test_a_whole_stream_is_complete_and_every_mark_is_there(client: Clients) -> None:
    seen = exchange(client, says(*WHOLE))
    assert judge(seen) == Judged("complete")
    assert (seen.text, seen.reply.usage) == ("Hello", Usage(3, 2, 5))
    marks = [
        seen.link.connect_s,
        seen.headers_s,
        seen.first_event_s,
        seen.first_token_s,
        seen.last_token_s,
        seen.done_s,
    ]
    there = [mark for mark in marks if mark is not None]
    assert (len(there), there) == (6, sorted(there))
    assert (seen.link.dns_s, seen.link.tls_s, seen.link.reused) == (None, None, False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux stamps what arrives")
def test_instants_are_those_of_the_kernel_and_it_is_known_how_late_we_were(client: Clients) -> None:
    with ScriptedServer([[says(*WHOLE)]]) as server:
        seen = client(server.url, loop_lag_s=lambda _since_s: 2.5).send(BODY, request_id="call.1")
    assert (seen.clock, seen.lag_s) == ("kernel", 2.5)


def test_where_nothing_came_there_is_no_clock(client: Clients) -> None:
    seen = exchange(client, Peer.close)
    assert (seen.clock, seen.lag_s) == (None, None)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_a_stream_in_small_segments_says_the_same(client: Clients, size: int) -> None:
    seen = exchange(client, says(*pieces(b"".join(WHOLE), size)))
    assert judge(seen) == Judged("complete")
    assert (seen.text, sum(read.events for read in seen.reads)) == ("Hello", 2)


def test_the_first_token_is_seen_while_the_server_is_silent_behind_it(client: Clients) -> None:
    seen = exchange(client, then(says(HEAD, *chunked(frame("Hel"), end=False)), Peer.hang), idle_s=0.1)
    assert [read.events for read in seen.reads] == [1]
    assert judge(seen) == Judged("stalled", "idle")


def test_the_request_carries_what_was_asked_and_who_asks(client: Clients) -> None:
    with ScriptedServer([[says(*WHOLE)]]) as server:
        client(server.url).send(BODY, request_id="call9.2")
    head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % server.port)
    assert b"\r\nX-Client-Request-Id: call9.2\r\n" in head
    assert b"\r\nAuthorization: Bearer " + KEY.encode() in head
    assert b"\r\nUser-Agent: dummyload/" in head
    assert b"encoding" not in head.lower()
    assert orjson.loads(sent) == BODY


def test_a_prefix_goes_in_front_of_the_path(client: Clients) -> None:
    with ScriptedServer([[says(*WHOLE)]]) as server:
        client(f"{server.url}/gateway/v1", api_key=None).send(BODY, request_id="c.1")
    assert server.requests[0].startswith(b"POST /gateway/v1/chat/completions HTTP/1.1\r\n")
    assert b"Authorization" not in server.requests[0]


def test_an_unstreamed_answer_is_one_whole(client: Clients) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 1}
    body = {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}], "usage": usage}
    seen = exchange(client, says(answer(200, orjson.dumps(body))), body=UNSTREAMED)
    assert (judge(seen), seen.text, seen.first_token_s, seen.reads) == (Judged("complete"), "Hi", None, ())
    assert seen.done_s is not None


@pytest.mark.parametrize(
    ("body", "asked"), [(BODY, True), (UNSTREAMED, True), ({**BODY, "stream_options": None}, False)]
)
def test_it_is_known_whether_usage_was_asked_for(client: Clients, body: Mapping[str, Any], asked: bool) -> None:
    assert exchange(client, says(answer(500, b"")), body=body).usage_asked is asked


def test_a_connection_is_kept_for_the_next_request(client: Clients) -> None:
    with ScriptedServer([[says(*WHOLE), says(answer(429, b"{}")), says(*WHOLE)]]) as server:
        asking = client(server.url)
        links = [asking.send(BODY, request_id=f"c.{n}").link for n in range(3)]
    assert server.connections == 1
    assert [link.reused for link in links] == [False, True, True]
    assert (links[0].connect_s is None, links[1].connect_s, links[1].resent) == (False, None, False)


@pytest.mark.parametrize("header", [b"Connection: close", b"connection: Close"])
def test_a_connection_that_is_to_be_closed_is_not_used_again(client: Clients, header: bytes) -> None:
    with ScriptedServer([[says(answer(200, b"{}", header))], [says(*WHOLE)]]) as server:
        asking = client(server.url)
        asking.send(BODY, request_id="c.1")
        link = asking.send(BODY, request_id="c.2").link
    assert (server.connections, link.reused, link.resent) == (2, False, False)


def test_a_kept_connection_that_dies_before_the_first_byte_is_made_up_for(client: Clients) -> None:
    with ScriptedServer([[says(*WHOLE), Peer.close], [says(*WHOLE)]]) as server:
        asking = client(server.url)
        asking.send(BODY, request_id="c.1")
        seen = asking.send(BODY, request_id="c.2")
    assert judge(seen) == Judged("complete")
    assert (seen.link.resent, seen.link.reused, len(server.requests)) == (True, False, 3)
    assert seen.link.connect_s is not None


def test_it_is_not_made_up_for_where_a_request_may_not_be_sent_twice(desk: Desk) -> None:
    with ScriptedServer([[says(*WHOLE), Peer.close], [says(*WHOLE)]]) as server:
        asking = ChatClient(Endpoint(target=Target.parse(server.url)), desk=desk, resend=False)
        asking.send(BODY, request_id="c.1")
        seen = asking.send(BODY, request_id="c.2")
        asking.close()
    assert (judge(seen), seen.link.resent, len(server.requests)) == (Judged("disconnected", "eof"), False, 2)


def test_it_is_made_up_for_only_once(client: Clients) -> None:
    with ScriptedServer([[says(*WHOLE), Peer.reset], [Peer.reset], [says(*WHOLE)]]) as server:
        asking = client(server.url)
        asking.send(BODY, request_id="c.1")
        seen = asking.send(BODY, request_id="c.2")
    assert (judge(seen).outcome, seen.link.resent, len(server.requests)) == ("disconnected", True, 3)


def test_a_fresh_connection_that_dies_is_not_made_up_for(client: Clients) -> None:
    with ScriptedServer([[Peer.close], [says(*WHOLE)]]) as server:
        seen = client(server.url).send(BODY, request_id="c.1")
    assert (judge(seen), seen.link.resent, len(server.requests)) == (Judged("disconnected", "eof"), False, 1)


def test_a_kept_connection_that_dies_after_the_first_byte_is_not_made_up_for(client: Clients) -> None:
    with ScriptedServer([[says(*WHOLE), then(says(b"HTTP/1.1 2"), Peer.close)], [says(*WHOLE)]]) as server:
        asking = client(server.url)
        asking.send(BODY, request_id="c.1")
        seen = asking.send(BODY, request_id="c.2")
    assert (judge(seen), seen.link.resent) == (Judged("disconnected", "eof"), False)


def test_a_kept_connection_that_is_silent_is_a_timeout_and_not_made_up_for(client: Clients) -> None:
    with ScriptedServer([[says(*WHOLE), Peer.hang], [says(*WHOLE)]]) as server:
        asking = client(server.url, first_token_s=0.1)
        asking.send(BODY, request_id="c.1")
        seen = asking.send(BODY, request_id="c.2")
    assert (judge(seen), seen.link.resent, len(server.requests)) == (Judged("timeout", "first_token"), False, 2)


def test_a_connection_that_the_server_closed_meanwhile_is_replaced_before_anything_is_sent(client: Clients) -> None:
    with ScriptedServer([[then(says(*WHOLE), Peer.close)], [says(*WHOLE)]]) as server:
        asking = client(server.url)
        asking.send(BODY, request_id="c.1")
        wait_for_bytes(asking)
        seen = asking.send(BODY, request_id="c.2")
    assert (judge(seen), seen.link.resent, seen.link.reused) == (Judged("complete"), False, False)
    assert len(server.requests) == 2


def wait_for_bytes(asking: ChatClient) -> None:
    """Wait until something, or the end, has arrived on the client's connection."""
    kept: Any = asking._kept
    gevent.socket.wait_read(kept.wire._socket.fileno(), timeout=10)


def test_a_connection_that_says_something_unasked_is_not_used_again(client: Clients) -> None:
    with ScriptedServer([[says(b"".join(WHOLE) + b"HTTP/1.1 408 X\r\n\r\n")], [says(*WHOLE)]]) as server:
        asking = client(server.url)
        assert judge(asking.send(BODY, request_id="c.1")) == Judged("complete")
        assert not asking.send(BODY, request_id="c.2").link.reused


@pytest.mark.parametrize("key", ["sk-short", KEY])
def test_the_key_is_nowhere_in_what_was_seen(client: Clients, key: str) -> None:
    shown = key if len(key) <= 12 else key[:8] + "*" * (len(key) - 12) + key[-4:]
    error = {"message": f"Incorrect API key provided: {shown}.", "code": "invalid_api_key", "param": None}
    body = orjson.dumps({"error": error})
    with ScriptedServer([[says(answer(401, body)), says(HEAD, *chunked(b"data: " + body + b"\n\n"))]]) as server:
        asking = client(server.url, api_key=key)
        refused, broken = (asking.send(BODY, request_id=f"c.{n}") for n in range(2))
    assert (judge(refused), judge(broken).outcome) == (Judged("client_error", "invalid_api_key"), "stream_error")
    assert "Incorrect API key provided" in refused.body
    assert key not in repr((refused, broken))
    assert shown not in repr((refused, broken))


def test_a_killed_user_leaves_behind_what_it_had_seen(client: Clients) -> None:
    with ScriptedServer([[then(says(*WHOLE[:2]), Peer.hang)]]) as server:
        asking = client(server.url)
        user = gevent.spawn(asking.send, BODY, request_id="c.1")
        while not server.requests:
            gevent.sleep(0.001)
        user.kill()
    assert isinstance(user.value, Cancelled)
    assert judge(user.value.timeline) == Judged("cancelled")
    assert user.value.timeline.failure == Failure("answer", "cancelled", "stopped before the answer was over")
    assert asking._kept is None


def test_a_body_that_is_no_json_is_the_caller_s_mistake(client: Clients) -> None:
    with ScriptedServer([]) as server, pytest.raises(TypeError):
        client(server.url).send({"messages": object()}, request_id="c.1")
