"""Every fault as clients see it: on the bare wire, under TLS, and through the official client; streamed and plain."""

import json
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest

from mockserver.app import create_app
from mockserver.faults import KINDS
from mockserver.serving import Tls
from mockserver.settings import Settings
from tests.mockserver.live import live
from tests.mockserver.raw import connected

SERVING = Path(__file__).parents[1] / "mockserver" / "serving"
SETTINGS = Settings(latency="constant", ttft_ms=5, itl_ms=2)
TOKENS = 6
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}

TABLE: list[tuple[str, str, str]] = [
    # x-mock-fault, and what the bare wire shows of a stream and of a whole answer: status, tokens, finish reason,
    # usage, [DONE], whatever else there is, and how the connection ended
    ("", "200 6 length usage=6 done whole", "200 6 length usage=6 whole"),
    ("status; status=400", "400 error whole", "400 error whole"),
    ("status; status=500", "500 error whole", "500 error whole"),
    ("status; status=502", "502 error whole", "502 error whole"),
    ("status; status=502; page=true", "502 html whole", "502 html whole"),
    ("status; status=520", "520 html whole", "520 html whole"),
    ("rate_limit; wait_ms=7", "429 error whole", "429 error whole"),
    ("quota", "429 error whole", "429 error whole"),
    ("not_ready; for_s=1", "503 error whole", "503 error whole"),
    ("hang; for_ms=1", "nothing cut", "nothing cut"),
    ("slow_headers; ms=1", "200 6 length usage=6 done whole", "200 6 length usage=6 whole"),
    ("slow_first_token; ms=1", "200 6 length usage=6 done whole", "200 6 length usage=6 whole"),
    ("slow_tokens; factor=2", "200 6 length usage=6 done whole", "200 6 length usage=6 whole"),
    ("stall; after_tokens=2; for_ms=1", "200 6 length usage=6 done whole", "200 6 length usage=6 whole"),
    ("truncate; after_tokens=2", "200 2 whole", "200 no-json whole"),
    ("disconnect; after_tokens=2", "200 2 cut", "200 no-json cut"),
    ("disconnect; before_headers=true", "nothing cut", "nothing cut"),
    ("reset; before_headers=true", "nothing reset", "nothing reset"),
    ("error_event; after_tokens=2", "200 2 error whole", "200 error whole"),
    ("garble; after_tokens=2", "200 5 length usage=6 done no-json whole", "200 no-json whole"),
    ("bad_utf8; after_tokens=2", "200 5 length usage=6 done no-utf8 whole", "200 no-utf8 whole"),
    ("duplicate_chunk; after_tokens=2", "200 7 length usage=6 done whole", "200 6 length usage=6 whole"),
    ("wrong_content_type", "200 6 length usage=6 done html whole", "200 6 length usage=6 html whole"),
    ("wrong_usage; factor=3", "200 6 length usage=18 done whole", "200 6 length usage=18 whole"),
    ("missing_usage", "200 6 length done whole", "200 6 length whole"),
    ("empty", "200 0 stop usage=0 done whole", "200 0 stop usage=0 whole"),
    ("length; after_tokens=3", "200 3 length usage=3 done whole", "200 3 length usage=3 whole"),
    ("content_filter", "200 3 content_filter usage=3 done whole", "200 3 content_filter usage=3 whole"),
    ("refusal", "200 0 length usage=6 done refusal whole", "200 0 length usage=6 refusal whole"),
    ("bad_tool_call", "200 6 length usage=6 done whole", "200 6 length usage=6 whole"),
    ("slow_tokens; factor=2, truncate; after_tokens=1", "200 1 whole", "200 no-json whole"),
    (
        "garble; after_tokens=1, duplicate_chunk; after_tokens=3",
        "200 6 length usage=6 done no-json whole",
        "200 no-json whole",
    ),
    ("duplicate_chunk; after_tokens=1, truncate; after_tokens=3", "200 4 whole", "200 no-json whole"),
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with live(create_app(SETTINGS)) as server:
        yield server.url


@pytest.fixture(scope="module")
def tls_url() -> Iterator[str]:
    with live(create_app(SETTINGS), tls=Tls(SERVING / "localhost.pem", SERVING / "localhost.key")) as server:
        yield server.url


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(SERVING / "localhost.pem"))


def request(fault: str, stream: bool, **fields: Any) -> bytes:
    body = {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": "Say something about tents, please."}],
        "max_tokens": TOKENS,
        **({"stream": True, "stream_options": {"include_usage": True, "include_obfuscation": False}} if stream else {}),
        **fields,
    }
    content = json.dumps(body).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: test\r\nauthorization: Bearer sk-faults\r\n"
        f"content-type: application/json\r\ncontent-length: {len(content)}\r\nconnection: close\r\n"
    )
    return (head + (f"x-mock-fault: {fault}\r\n" if fault else "") + "\r\n").encode() + content


def exchange(url: str, asked: bytes, context: ssl.SSLContext | None = None) -> tuple[bytes, str]:
    """All that is received, and how it ends: "end" or "reset"."""
    received = b""
    with connected(url, context) as connection:
        connection.sendall(asked)
        while True:
            try:
                data = connection.recv(1 << 16)
            except ConnectionResetError:
                return received, "reset"
            except ssl.SSLEOFError:
                return received, "end"
            if not data:
                return received, "end"
            received += data


def until_silence(connection: socket.socket) -> bytes:
    """All that comes before nothing comes any more."""
    received = b""
    while True:
        try:
            data = connection.recv(1 << 16)
        except TimeoutError:
            return received
        assert data, "the connection ended"
        received += data


def dechunked(framed: bytes) -> tuple[bytes, bool]:
    """The content of chunks, and whether the last one was there."""
    content, at = b"", 0
    while at < len(framed):
        size, _, _ = framed[at:].partition(b"\r\n")
        start = at + len(size) + 2
        length = int(size, 16)
        if length == 0:
            return content, True
        content += framed[start : start + length]
        at = start + length + 2
    return content, False


def seen(url: str, fault: str, *, stream: bool, context: ssl.SSLContext | None = None) -> str:
    """What the wire shows, in the words of the table."""
    received, end = exchange(url, request(fault, stream), context)
    if not received:
        return f"nothing {'cut' if end == 'end' else end}"
    head, _, rest = received.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" in head:
        content, whole = dechunked(rest)
    else:
        length = re.search(rb"content-length: (\d+)", head)
        content, whole = rest, length is not None and len(rest) == int(length[1])
    words = [str(status)]
    html = b"text/html" in head
    if status != 200:
        words.append("html" if html else "error" if "error" in json.loads(content) else "?")
    else:
        words += told(content) if stream else [*plain(content)]
        words += ["html"] if html else []
    return " ".join([*words, ("whole" if whole else "cut") if end == "end" else end])


def plain(content: bytes) -> Iterator[str]:
    try:
        body = json.loads(content.decode())
    except UnicodeDecodeError:
        yield "no-utf8"
        return
    except ValueError:
        yield "no-json"
        return
    if "error" in body:
        yield "error"
        return
    (choice,) = body["choices"]
    said = choice["message"]["content"]
    yield str(tokens(said or ""))
    yield choice["finish_reason"]
    if "usage" in body:
        yield f"usage={body['usage']['completion_tokens']}"
    if choice["message"]["refusal"]:
        yield "refusal"


def tokens(text: str) -> int:
    from profiles.encodings import count_tokens

    return count_tokens(text, "o200k_base")


def told(content: bytes) -> list[str]:
    pieces, ends, rest = 0, [], []
    for event in content.split(b"\n\n"):
        data = event.removeprefix(b"data: ")
        if not data:
            continue
        if data == b"[DONE]":
            ends.append("done")
            continue
        try:
            chunk = json.loads(data.decode())
        except UnicodeDecodeError:
            rest.append("no-utf8")
            continue
        except ValueError:
            rest.append("no-json")
            continue
        if "error" in chunk:
            rest.append("error")
        elif chunk["choices"]:
            delta = chunk["choices"][0]["delta"]
            pieces += bool(delta.get("content"))
            if delta.get("refusal") and "refusal" not in rest:
                rest.append("refusal")
            ends += [chunk["choices"][0]["finish_reason"]] if chunk["choices"][0]["finish_reason"] else []
        else:
            ends.append(f"usage={chunk['usage']['completion_tokens']}")
    return [str(pieces), *ends, *rest]


def test_the_table_names_every_kind_of_fault() -> None:
    named = {kind for fault, _, _ in TABLE for kind in re.findall(r"(?:^|, )(\w+)", fault)}
    assert named == set(KINDS)


@pytest.mark.parametrize(("fault", "streamed", "whole"), TABLE, ids=[fault or "none" for fault, _, _ in TABLE])
def test_what_the_bare_wire_shows(url: str, fault: str, streamed: str, whole: str) -> None:
    assert seen(url, fault, stream=True) == streamed
    assert seen(url, fault, stream=False) == whole


@pytest.mark.parametrize(("fault", "streamed", "whole"), TABLE, ids=[fault or "none" for fault, _, _ in TABLE])
def test_what_tls_shows(tls_url: str, fault: str, streamed: str, whole: str) -> None:
    """The same, but that a reset looks like an end."""
    context = trusting()
    assert seen(tls_url, fault, stream=True, context=context) == streamed.replace("reset", "cut")
    assert seen(tls_url, fault, stream=False, context=context) == whole.replace("reset", "cut")


@pytest.mark.parametrize("stream", [True, False])
def test_a_reset_in_the_middle_is_one(url: str, stream: bool) -> None:
    """What was sent before it may be lost with it, so that is not looked at."""
    _, end = exchange(url, request("reset; after_tokens=3", stream))
    assert end == "reset"


@pytest.mark.parametrize(("fault", "at_most"), [("hang", 0), ("stall; after_tokens=2", 2)])
def test_what_never_goes_on_waits_until_the_client_leaves(url: str, fault: str, at_most: int) -> None:
    with connected(url) as connection:
        connection.settimeout(0.4)
        named = b"host: test\r\nx-client-request-id: " + fault[:4].encode()
        connection.sendall(request(fault, stream=True).replace(b"host: test", named))
        received = until_silence(connection)
    assert received.count(b'"content":"') - received.count(b'"content":""') == at_most
    while "hung_up_at" not in (entry := httpx2.get(f"{url}/_mock/requests/{fault[:4]}").json()):
        pass
    assert entry["fault"] == fault.split(";", maxsplit=1)[0]


def test_tools_are_called_wrongly(url: str) -> None:
    for form, name, is_json in (("not_json", "get_weather", False), ("unknown_tool", "no_such_tool", True)):
        asked = request(
            f"bad_tool_call; form={form}", stream=False, tools=[TOOL], tool_choice="required", max_tokens=50
        )
        received, _ = exchange(url, asked)
        (call,) = json.loads(received.partition(b"\r\n\r\n")[2])["choices"][0]["message"]["tool_calls"]
        assert call["function"]["name"] == name
        try:
            json.loads(call["function"]["arguments"])
        except ValueError:
            assert not is_json
        else:
            assert is_json


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("statsu", "x-mock-fault: fault: no fault of kind 'statsu'; there are: status, "),
        ("stall; after", "x-mock-fault: 'after' should be a field of the fault, such as after_tokens=3"),
        ("stall; after_tokens=-1", "x-mock-fault: after_tokens: should be greater than or equal to 0, not -1"),
    ],
)
def test_a_fault_that_there_is_not_is_told(url: str, fault: str, said: str) -> None:
    received, _ = exchange(url, request(fault, stream=False))
    assert received.startswith(b"HTTP/1.1 400 ")
    assert json.loads(received.partition(b"\r\n\r\n")[2])["error"]["message"].startswith(said)


CLIENT: list[tuple[str, str, str]] = [
    # what openai-python makes of a stream (pieces, finish reason) and of a whole answer (finish reason), or raises
    ("", "6 length", "length"),
    ("status; status=400", "BadRequestError", "BadRequestError"),
    ("status; status=500", "InternalServerError", "InternalServerError"),
    ("status; status=502", "InternalServerError", "InternalServerError"),
    ("status; status=502; page=true", "InternalServerError", "InternalServerError"),
    ("status; status=520", "InternalServerError", "InternalServerError"),
    ("rate_limit; wait_ms=7", "RateLimitError", "RateLimitError"),
    ("quota", "RateLimitError", "RateLimitError"),
    ("not_ready; for_s=1", "InternalServerError", "InternalServerError"),
    ("hang; for_ms=1", "APIConnectionError", "APIConnectionError"),
    ("slow_headers; ms=1", "6 length", "length"),
    ("slow_first_token; ms=1", "6 length", "length"),
    ("slow_tokens; factor=2", "6 length", "length"),
    ("stall; after_tokens=2; for_ms=1", "6 length", "length"),
    ("truncate; after_tokens=2", "2 None", "JSONDecodeError"),
    ("disconnect; after_tokens=2", "APIConnectionError", "APIConnectionError"),
    ("disconnect; before_headers=true", "APIConnectionError", "APIConnectionError"),
    ("reset; before_headers=true", "APIConnectionError", "APIConnectionError"),
    ("error_event; after_tokens=2", "APIError", "TypeError"),
    ("garble; after_tokens=2", "JSONDecodeError", "JSONDecodeError"),
    ("bad_utf8; after_tokens=2", "UnicodeDecodeError", "UnicodeDecodeError"),
    ("duplicate_chunk; after_tokens=2", "7 length", "length"),
    ("wrong_content_type", "6 length", "length"),
    ("wrong_usage; factor=3", "6 length", "length"),
    ("missing_usage", "6 length", "length"),
    ("empty", "0 stop", "stop"),
    ("length; after_tokens=3", "3 length", "length"),
    ("content_filter", "3 content_filter", "content_filter"),
    ("refusal", "0 length", "length"),
    ("bad_tool_call", "6 length", "length"),
    ("slow_tokens; factor=2, truncate; after_tokens=1", "1 None", "JSONDecodeError"),
    ("reset; after_tokens=2", "APIConnectionError", "APIConnectionError"),
]


def made_of(url: str, fault: str, *, stream: bool) -> str:
    """What the official client makes of an answer."""
    headers = {"x-mock-fault": fault} if fault else {}
    with openai.OpenAI(
        base_url=f"{url}/v1", api_key="sk-faults", max_retries=0, timeout=20, default_headers=headers
    ) as client:
        question: Any = [{"role": "user", "content": "Say something about tents, please."}]
        try:
            if not stream:
                whole = client.chat.completions.create(model="gpt-4o-mini", messages=question, max_tokens=TOKENS)
                return str(whole.choices[0].finish_reason)
            pieces, ending = 0, None
            for chunk in client.chat.completions.create(
                model="gpt-4o-mini", messages=question, max_tokens=TOKENS, stream=True
            ):
                for choice in chunk.choices:
                    pieces += bool(choice.delta.content)
                    ending = choice.finish_reason or ending
        except Exception as error:
            return type(error).__name__
    return f"{pieces} {ending}"


@pytest.mark.parametrize(("fault", "streamed", "whole"), CLIENT, ids=[fault or "none" for fault, _, _ in CLIENT])
def test_what_the_official_client_makes_of_it(url: str, fault: str, streamed: str, whole: str) -> None:
    assert made_of(url, fault, stream=True) == streamed
    assert made_of(url, fault, stream=False) == whole


def test_the_official_client_is_held_against_every_kind_of_fault() -> None:
    assert {kind for fault, _, _ in CLIENT for kind in re.findall(r"(?:^|, )(\w+)", fault)} == set(KINDS)
