"""Network distance: every answer of the API comes later by it, whoever gives it; a key may be nearer or farther."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live
from tests.mockserver.raw import connected, fetch

RTT_S = 0.15
AN_HOUR_MS = 3_600_000.0
BODY = orjson.dumps(
    {"model": "gpt-4o", "messages": [{"role": "user", "content": "Where are you?"}], "max_tokens": 2, "stream": True}
)


def request(
    *, key: str = "sk-1", method: str = "POST", path: str = "/v1/chat/completions", body: bytes = BODY
) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\nauthorization: Bearer {key}\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def seconds(url: str, asked: bytes, status: bytes) -> float:
    """How long an answer with this status took."""
    began = time.monotonic()
    assert fetch(url, asked).head[0].split()[1] == status
    return time.monotonic() - began


@pytest.fixture(scope="module")
def far() -> Iterator[str]:
    with live(create_app(Settings(latency="instant", rtt_ms=RTT_S * 1e3))) as server:
        yield server.url


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (request(), b"200"),
        (request(body=BODY.replace(b"true", b"false")), b"200"),
        (request(body=b"{"), b"400"),
        (request(method="GET", path="/v1/models", body=b""), b"200"),
        (request(method="GET", path="/v1/nowhere", body=b""), b"404"),
    ],
    ids=["stream", "whole", "refusal", "models", "unknown path"],
)
def test_no_answer_comes_sooner_than_the_network_allows(far: str, asked: bytes, status: bytes) -> None:
    assert seconds(far, asked, status) >= RTT_S


def test_the_journal_counts_from_when_the_request_had_come_all_the_way(far: str) -> None:
    sent_at = time.time()
    fetch(far, request())
    entry = max(told(far, "requests")["requests"], key=lambda each: each["seq"])
    assert entry["received_at"] - sent_at >= RTT_S - 0.01
    assert entry["planned"]["first_token_ms"] == 0
    assert entry["headers_at"] >= entry["received_at"]


def test_a_key_may_have_a_distance_of_its_own(tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text(f'[keys."sk-near"]\nrtt_ms = 0\n[keys."sk-far"]\nrtt_ms = {RTT_S * 1e3}\n')
    with live(create_app(Settings(latency="instant", rtt_ms=AN_HOUR_MS, keys=keys))) as server:
        assert seconds(server.url, request(key="sk-near"), b"200") < AN_HOUR_MS / 1e3
        assert seconds(server.url, request(key="sk-far"), b"200") >= RTT_S


def test_distance_is_simulated_time() -> None:
    with live(create_app(Settings(latency="instant", rtt_ms=AN_HOUR_MS, speed=AN_HOUR_MS))) as server:
        fetch(server.url, request())


def told(url: str, path: str) -> Any:
    return orjson.loads(fetch(url, request(method="GET", path=f"/_mock/{path}", body=b"")).body)


def test_who_hangs_up_on_the_way_is_noted() -> None:
    with live(create_app(Settings(latency="instant", rtt_ms=AN_HOUR_MS))) as server:
        with connected(server.url) as connection:
            connection.sendall(request())
            while not told(server.url, "state")["last_seq"]:
                time.sleep(0.01)
        while not (entries := told(server.url, "requests")["requests"]):
            time.sleep(0.01)
    assert entries[0]["hung_up_at"] >= entries[0]["received_at"]
    assert "status" not in entries[0]
