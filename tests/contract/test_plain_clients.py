"""What people see who speak HTTP themselves."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live

QUESTION = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What is a queue?"}], "max_tokens": 30}
HEADERS = {"Authorization": "Bearer sk-plain"}


def test_a_reader_of_lines_gets_every_event(url: str) -> None:
    with requests.post(
        f"{url}/chat/completions", json={**QUESTION, "stream": True}, headers=HEADERS, stream=True, timeout=20
    ) as response:
        lines = [line for line in response.iter_lines() if line]
    plain = requests.post(f"{url}/chat/completions", json=QUESTION, headers=HEADERS, timeout=20).json()
    assert all(line.startswith(b"data: ") for line in lines)
    assert lines[-1] == b"data: [DONE]"
    chunks = [json.loads(line.removeprefix(b"data: ")) for line in lines[:-1]]
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    assert text == plain["choices"][0]["message"]["content"]


def test_a_connection_is_kept_across_streams_refusals_and_answers(url: str) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    path = f"{parts.path}/chat/completions"
    connection.connect()
    socket = connection.sock
    statuses = []
    for body in ({**QUESTION, "stream": True}, {**QUESTION, "n": 0}, {}, QUESTION, {**QUESTION, "stream": True}):
        connection.request("POST", path, json.dumps(body), HEADERS)
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
        assert connection.sock is socket
    connection.close()
    assert statuses == [200, 400, 400, 200, 200]


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_hangs_up_is_noted(stream: bool) -> None:
    with live(create_app(Settings(latency="constant", ttft_ms=0 if stream else 60_000, itl_ms=60_000))) as server:
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
        connection.request("POST", "/v1/chat/completions", json.dumps({**QUESTION, "stream": stream}), HEADERS)
        if stream:
            connection.getresponse().readline()
        else:
            _entry(server.url)
        connection.close()
        while "hung_up_at" not in (entry := _entry(server.url)):
            assert "done_at" not in entry
        assert entry["sent_tokens"] == int(stream)
        assert entry.get("status") == (200 if stream else None)


def _entry(url: str) -> dict[str, Any]:
    """The journal entry of the only request, as soon as there is one."""
    while True:
        entries: list[dict[str, Any]] = requests.get(f"{url}/_mock/requests", timeout=20).json()["requests"]
        if entries:
            return entries[0]
