"""The client against scripted bytes on real sockets: everything that can go wrong, each by its name."""

import socket
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from harness.client.chat import ChatClient
from harness.client.exchange import BODY_KEPT
from harness.measure.outcome import Judged, judge
from harness.measure.timeline import FailureKind, Timeline
from tests.harness.client.scripted import (
    BODY,
    FRAMES,
    HEAD,
    WHOLE,
    Peer,
    ScriptedServer,
    Step,
    answer,
    chunked,
    frame,
    says,
    then,
)
from tests.ports import held_port

Clients = Callable[..., ChatClient]
UNFRAMED = HEAD.replace(b"Transfer-Encoding: chunked\r\n", b"")
ERROR_EVENT = b'data: {"error":{"code":"server_error"}}\n\n'
QUOTA = b'{"error":{"code":"insufficient_quota"}}'


def exchange(client: Clients, step: Step, body: Mapping[str, Any] = BODY, **limits: float) -> Timeline:
    """What a client sees of one request on a connection that plays this step."""
    with ScriptedServer([[step]]) as server:
        return client(server.url, **limits).send(body, request_id="call.1")


BROKEN: list[tuple[str, Step, Judged]] = [
    ("chunks cut", then(says(*WHOLE[:3]), Peer.close), Judged("disconnected", "eof")),
    ("a reset", then(says(*WHOLE[:2]), Peer.heard, Peer.reset), Judged("disconnected", "reset")),
    ("a clean end after a piece", says(HEAD, *chunked(frame("Hel"))), Judged("truncated", "no_finish_reason")),
    ("a clean end without done", says(HEAD, *chunked(*FRAMES[:-1])), Judged("truncated", "no_done")),
    ("an unframed end", then(says(UNFRAMED, FRAMES[0]), Peer.close), Judged("truncated", "no_finish_reason")),
    ("no content", says(HEAD, *chunked(frame(), frame(reason="stop"), FRAMES[-1])), Judged("empty")),
    ("an error event", says(HEAD, *chunked(frame("Hel"), ERROR_EVENT)), Judged("stream_error", "server_error")),
    ("half a JSON", says(HEAD, *chunked(b'data: {"choices":[{"del\n\n')), Judged("malformed", "json")),
    ("HTML", says(answer(200, b"<html>", kind=b"text/html")), Judged("malformed", "content_type")),
    ("a bad chunk size", says(HEAD, *chunked(frame("Hel"), end=False), b"xyz\r\n"), Judged("malformed", "http")),
    ("another protocol", says(b"SSH-2.0-OpenSSH\r\n"), Judged("malformed", "http")),
    ("a closed door", Peer.close, Judged("disconnected", "eof")),
    ("a refusal cut", then(says(answer(503, b"x" * 50)[:-20]), Peer.close), Judged("server_error", "http_503")),
    ("a quota", says(answer(429, QUOTA)), Judged("quota_exhausted", "insufficient_quota")),
]


@pytest.mark.parametrize(("step", "verdict"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_an_answer_that_is_not_whole_has_its_own_name(client: Clients, step: Step, verdict: Judged) -> None:
    seen = exchange(client, step)
    assert judge(seen) == verdict
    assert seen.done_s is not None


def test_what_was_there_before_the_end_is_kept(client: Clients) -> None:
    seen = exchange(client, then(says(*WHOLE[:3]), Peer.close))
    assert (seen.text, len(seen.reads) > 0, seen.status) == ("Hello", True, 200)


@pytest.mark.parametrize("end", [Peer.close, then(Peer.heard, Peer.reset), Peer.hang])
def test_a_stream_that_is_proven_complete_needs_no_orderly_end(client: Clients, end: Step) -> None:
    with ScriptedServer([[then(says(*WHOLE[:-1]), end)]]) as server:
        asking = client(server.url)
        assert judge(asking.send(BODY, request_id="c.1")) == Judged("complete")
    assert asking._kept is None


def test_how_a_settled_answer_s_connection_ends_changes_nothing(client: Clients) -> None:
    unreasoned = chunked(frame("Hel"), FRAMES[-1], end=False)
    seen = exchange(client, then(says(HEAD, *unreasoned), Peer.heard, Peer.reset))
    assert (judge(seen), seen.failure) == (Judged("truncated", "no_finish_reason"), None)


def test_only_the_beginning_of_a_long_refusal_is_kept(client: Clients) -> None:
    seen = exchange(client, says(answer(502, b"<p>" * 10_000, kind=b"text/html")))
    assert len(seen.body) == BODY_KEPT
    assert judge(seen) == Judged("server_error", "http_502")


def test_after_an_error_event_a_silent_server_is_not_waited_for(client: Clients) -> None:
    seen = exchange(client, then(says(HEAD, *chunked(ERROR_EVENT, end=False)), Peer.hang))
    assert judge(seen) == Judged("stream_error", "server_error")
    assert seen.done_s == seen.first_event_s


SILENCE: list[tuple[str, Step, dict[str, float], FailureKind]] = [
    ("before any byte", Peer.hang, {"first_token_s": 0.1}, "first_token_timeout"),
    (
        "after the role",
        then(says(HEAD, *chunked(frame())[:1]), Peer.hang),
        {"first_token_s": 0.1},
        "first_token_timeout",
    ),
    ("after the headers", then(says(HEAD), Peer.hang), {"idle_s": 0.1}, "idle_timeout"),
    ("after a piece", then(says(*WHOLE[:2]), Peer.hang), {"idle_s": 0.1}, "idle_timeout"),
    ("in all", then(says(*WHOLE[:2]), Peer.hang), {"total_s": 0.2}, "total_timeout"),
]


@pytest.mark.parametrize(("step", "limits", "kind"), [row[1:] for row in SILENCE], ids=[row[0] for row in SILENCE])
def test_silence_ends_an_exchange(client: Clients, step: Step, limits: dict[str, float], kind: FailureKind) -> None:
    seen = exchange(client, step, BODY, **limits)
    assert seen.failure is not None
    assert seen.failure.kind == kind
    assert seen.done_s is not None
    assert seen.done_s >= min(limits.values())


def test_an_unstreamed_answer_may_take_longer_than_a_first_token(client: Clients) -> None:
    seen = exchange(client, Peer.hang, {**BODY, "stream": False}, first_token_s=0.01, total_s=0.2)
    assert judge(seen) == Judged("timeout", "total")


def test_a_server_that_keeps_talking_does_not_outlast_the_total(client: Clients) -> None:
    def chatter(peer: Peer) -> None:
        peer.send(HEAD)
        while not peer.hurry.is_set():
            peer.send(*chunked(frame("x"), end=False))

    assert judge(exchange(client, chatter, total_s=0.2)) == Judged("timeout", "total")


def test_a_request_that_nobody_reads_does_not_outlast_the_total(client: Clients) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        asking = client(f"http://127.0.0.1:{deaf.getsockname()[1]}", total_s=0.2)
        seen = asking.send({**BODY, "messages": ["x" * 20_000_000]}, request_id="c.1")
    assert judge(seen) == Judged("timeout", "total")


def test_a_refused_connection_is_told_apart(client: Clients) -> None:
    with held_port() as port:
        address = f"127.0.0.1:{port}"
        seen = client(f"http://{address}").send(BODY, request_id="c.1")
    assert judge(seen) == Judged("connect_error", "refused")
    assert seen.failure is not None
    assert address in seen.failure.why


def test_an_unknown_name_is_told_apart(client: Clients) -> None:
    seen = client("http://no-such-host.invalid").send(BODY, request_id="c.1")
    assert judge(seen) == Judged("connect_error", "dns")


def test_looking_up_a_name_is_timed(client: Clients) -> None:
    with ScriptedServer([[says(*WHOLE)]]) as server:
        seen = client(f"http://localhost:{server.port}").send(BODY, request_id="c.1")
    assert judge(seen) == Judged("complete")
    assert seen.link.dns_s is not None


def test_a_connection_that_does_not_come_about_in_time_is_given_up(client: Clients) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        with socket.create_connection(address):  # takes the one place in the queue: the next one is not answered
            seen = client(f"http://127.0.0.1:{address[1]}", connect_s=0.1).send(BODY, request_id="c.1")
    assert judge(seen) == Judged("connect_error", "timeout")
