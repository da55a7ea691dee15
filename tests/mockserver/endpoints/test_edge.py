"""The edge over real connections: whatever is sent, the answer is HTTP, in the envelope, and no failure of ours."""

import gzip
import json
import logging
import random
import socket
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live
from tests.mockserver.raw import Response, connected, fetch, parsed, read_all

CHAT = "/v1/chat/completions"
HELLO: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 3}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with live(create_app(Settings(latency="instant", max_body_bytes=100_000, body_timeout_s=0.3))) as server:
        yield server.url


def request(
    body: bytes = b"",
    *,
    method: str = "POST",
    path: str = CHAT,
    version: str = "1.1",
    headers: dict[str, str] | None = None,
) -> bytes:
    given = {"host": "test", "connection": "close", "authorization": "Bearer sk-1", "content-length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**given, **(headers or {})}.items())
    return f"{method} {path} HTTP/{version}\r\n{lines}\r\n".encode("latin-1") + body


def status(response: Response) -> int:
    return int(response.head[0].split()[1])


def header(response: Response, name: str) -> list[str]:
    found = (line.decode("latin-1").partition(": ") for line in response.head[1:])
    return [value for key, _, value in found if key.lower() == name]


def error(response: Response) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(response.body)["error"]
    assert list(found) == ["message", "type", "param", "code"]
    return found


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "We could not parse the JSON body of your request."),
        (b"null", "We could not parse"),
        (b"[]", "We could not parse"),
        (b'"x"', "We could not parse"),
        (b'{"model": NaN}', "We could not parse"),
        (b'{"model": "\xff"}', "We could not parse"),
        (b'{"model": "\\ud800"}', "We could not parse"),
        (b'\xef\xbb\xbf{"model": "gpt-4o"}', "We could not parse"),
        (b"[" * 90_000, "We could not parse"),
        (b"{}", "you must provide a model parameter"),
        (b'{"model": "gpt-4o", "model": "gpt-9"}', "The model `gpt-9` does not exist"),
        (b'{"model": "gpt-4o", "messages": [], "n": 1e400}', "We could not parse"),
        (b'{"model": "gpt-4o", "messages": [], "seed": ' + b"9" * 400 + b"}", ""),
    ],
)
def test_a_body_that_says_nothing_is_refused(url: str, body: bytes, message: str) -> None:
    response = fetch(url, request(body))
    assert status(response) in (400, 404)
    assert error(response)["message"].startswith(message)


def test_a_form_names_no_model(url: str) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (
        error(fetch(url, request(orjson.dumps(HELLO), headers=form)))["message"] == "you must provide a model parameter"
    )


def test_too_large_a_body_is_refused_before_it_is_read(url: str) -> None:
    response = fetch(url, request(headers={"content-length": "100001"}))
    assert status(response) == 413
    assert header(response, "connection") == ["close"]
    chunked = request(headers={"transfer-encoding": "chunked"}).replace(b"content-length: 0\r\n", b"")
    response = fetch(url, chunked + (b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * 4)
    assert status(response) == 413


def test_too_slow_a_body_is_refused(url: str) -> None:
    assert status(fetch(url, request(headers={"content-length": "10"}))) == 408


def test_too_large_a_head_is_refused(url: str) -> None:
    response = fetch(url, b"GET / HTTP/1.1\r\nx: " + b"y" * 70_000)
    assert status(response) == 431
    assert error(response)["type"] == "invalid_request_error"


def test_a_chunked_upload_is_read(url: str) -> None:
    body = orjson.dumps(HELLO)
    head = request(headers={"transfer-encoding": "chunked"}).replace(b"content-length: 0\r\n", b"")
    pieces = b"".join(b"%x\r\n%b\r\n" % (1, body[i : i + 1]) for i in range(len(body)))
    assert status(fetch(url, head + pieces + b"0\r\n\r\n")) == 200


def test_a_client_that_asks_whether_to_go_on_is_told_to(url: str) -> None:
    body = orjson.dumps(HELLO)
    with connected(url) as connection:
        connection.sendall(request(headers={"expect": "100-continue", "content-length": str(len(body))}))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert status(parsed(read_all(connection))) == 200


def test_a_client_that_does_not_wait_to_be_told_is_told_all_the_same(url: str) -> None:
    body = orjson.dumps(HELLO)
    answer = fetch(url, request(body, headers={"expect": "100-continue"}))
    assert answer.head[0].startswith(b"HTTP/1.1 100 ")
    assert b"HTTP/1.1 200 OK" in answer.framed


def test_too_large_a_body_that_comes_in_one_piece_is_refused(url: str) -> None:
    with connected(url) as connection:
        body = orjson.dumps({**HELLO, "user": "x" * 100_001})
        connection.sendall(request(body))
        assert status(parsed(read_all(connection))) == 413


def test_pipelined_requests_are_answered_in_their_order(url: str) -> None:
    streamed = request(orjson.dumps({**HELLO, "stream": True}), headers={"connection": "keep-alive"})
    models = request(method="GET", path="/v1/models")
    with connected(url) as connection:
        connection.sendall(streamed + models)
        received = read_all(connection)
    assert received.index(b"data: [DONE]") < received.index(b'"object": "list"')
    assert received.count(b"HTTP/1.1 200") == 2


def test_an_old_client_is_answered_without_chunks(url: str) -> None:
    plain = fetch(url, request(orjson.dumps(HELLO), version="1.0"))
    assert status(plain) == 200
    assert orjson.loads(plain.framed)["object"] == "chat.completion"
    streamed = fetch(url, request(orjson.dumps({**HELLO, "stream": True}), version="1.0"))
    assert streamed.framed.endswith(b"data: [DONE]\n\n")
    assert header(streamed, "transfer-encoding") == []


@pytest.mark.parametrize(
    ("method", "path", "code", "allowed"),
    [
        ("GET", CHAT, 405, "POST, OPTIONS"),
        ("PUT", CHAT, 405, "POST, OPTIONS"),
        ("TRACE", CHAT, 405, "POST, OPTIONS"),
        ("POST", "/v1/models", 405, "GET, HEAD, OPTIONS"),
        ("DELETE", "/v1/models/gpt-4o", 405, "GET, HEAD, OPTIONS"),
        ("PATCH", "/nowhere", 404, None),
    ],
)
def test_a_method_that_a_path_does_not_take_is_named(
    url: str, method: str, path: str, code: int, allowed: str | None
) -> None:
    response = fetch(url, request(method=method, path=path))
    assert (status(response), header(response, "allow")) == (code, [allowed] if allowed else [])
    assert path in error(response)["message"]


def test_head_has_the_headers_of_get_and_no_body(url: str) -> None:
    response = fetch(url, request(method="HEAD", path="/v1/models"))
    assert (status(response), response.framed) == (200, b"")
    assert header(response, "content-type") == ["application/json"]


def test_a_browser_may_ask(url: str) -> None:
    wanted = {"origin": "https://example.com", "access-control-request-headers": "authorization, content-type"}
    preflight = fetch(url, request(method="OPTIONS", headers=wanted))
    assert (status(preflight), preflight.framed) == (204, b"")
    assert header(preflight, "access-control-allow-headers") == ["authorization, content-type"]
    answer = fetch(url, request(orjson.dumps(HELLO), headers={"origin": "https://example.com"}))
    assert header(answer, "access-control-allow-origin") == ["*"]
    assert header(fetch(url, request(orjson.dumps(HELLO))), "access-control-allow-origin") == []


def test_json_is_compressed_when_asked_and_streams_never(url: str) -> None:
    packed = fetch(url, request(orjson.dumps(HELLO), headers={"accept-encoding": "gzip, deflate"}))
    assert header(packed, "content-encoding") == ["gzip"]
    assert header(packed, "content-length") == [str(len(packed.framed))]
    assert orjson.loads(gzip.decompress(packed.framed))["object"] == "chat.completion"
    refused = fetch(url, request(b"{}", headers={"accept-encoding": "gzip"}))
    assert orjson.loads(gzip.decompress(refused.framed))["error"]
    streamed = fetch(url, request(orjson.dumps({**HELLO, "stream": True}), headers={"accept-encoding": "gzip"}))
    assert header(streamed, "content-encoding") == []


def test_the_cdn_is_there_when_it_is_switched_on(url: str) -> None:
    names = ("server", "cf-ray", "cf-cache-status", "set-cookie", "alt-svc", "strict-transport-security")
    plain = fetch(url, request(orjson.dumps(HELLO)))
    assert [header(plain, name) for name in names] == [[]] * 6
    with live(create_app(Settings(latency="instant", cdn_headers=True))) as server:
        for body in (orjson.dumps(HELLO), orjson.dumps({**HELLO, "stream": True}), b"{}"):
            dressed = fetch(server.url, request(body))
            assert [len(header(dressed, name)) for name in names] == [1] * 6
            assert header(dressed, "server") == ["cloudflare"]


METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
PATHS = st.sampled_from(
    [
        CHAT,
        "/v1/models",
        "/v1/models/gpt-4o",
        "/healthz",
        "/",
        "/v1/chat/completions/x",
        "/_mock/state",
        "/%00",
        "//a?b=c",
    ]
)
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "content-type", "accept-encoding", "origin", "x-mock-reply"]),
    VALUES,
    max_size=3,
)


@settings(max_examples=120)
@given(method=METHODS, path=PATHS, headers=HEADERS, body=st.binary(max_size=40))
def test_whatever_is_sent_is_answered(url: str, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
    response = fetch(url, request(body, method=method, path=path, headers=headers))
    assert 200 <= status(response) < 500


def _mutated(value: Any, rng: random.Random) -> Any:
    """The value with something else in one of its places."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        key = rng.choice(sorted(value))
        return {**value, key: _mutated(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.8:
        at = rng.randrange(len(value))
        return [*value[:at], _mutated(value[at], rng), *value[at + 1 :]]
    return rng.choice(
        [None, True, 0, -1, 1.5, 10**30, "", "x" * 300, [], {}, [None], {"type": "x"}, {"": ""}, "\u0000"]
    )


WHOLE: dict[str, Any] = {
    **HELLO,
    "messages": [
        {"role": "system", "content": "be kind", "name": "sys"},
        {"role": "user", "content": [{"type": "text", "text": "hi"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c", "content": "done"},
    ],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}],
    "tool_choice": {"type": "function", "function": {"name": "f"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": {"type": "object"}}},
    "stop": ["x"],
    "logit_bias": {"1": 1},
    "metadata": {"a": "b"},
    "prediction": {"type": "content", "content": "x"},
    "stream": True,
    "stream_options": {"include_usage": True},
    "logprobs": True,
    "top_logprobs": 2,
    "n": 2,
}


@settings(max_examples=200)
@given(seed=st.integers(0, 10**9), changes=st.integers(1, 3))
def test_whatever_is_changed_in_a_request_is_answered(
    url: str, caplog_handler: list[logging.LogRecord], seed: int, changes: int
) -> None:
    rng = random.Random(seed)
    body: Any = WHOLE
    for _ in range(changes):
        body = _mutated(body, rng)
    response = fetch(url, request(json.dumps(body).encode()))
    assert status(response) in (200, 400, 404)
    assert caplog_handler == []


@pytest.fixture(scope="module")
def caplog_handler() -> Iterator[list[logging.LogRecord]]:
    """The errors that the server has logged."""
    records: list[logging.LogRecord] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    handler = Keeping(logging.ERROR)
    logging.getLogger().addHandler(handler)
    yield records
    logging.getLogger().removeHandler(handler)


def test_the_server_is_well_after_all_that(url: str) -> None:
    assert status(fetch(url, request(orjson.dumps(HELLO)))) == 200
    with connected(url) as connection:
        connection.shutdown(socket.SHUT_WR)
