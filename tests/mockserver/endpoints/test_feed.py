import json
from collections.abc import Iterator
from typing import Any

import httpx2

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 3}


def events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    kind = ""
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


def test_the_feed_tells_of_every_request_and_every_second() -> None:
    with (
        live(create_app(Settings(latency="instant"))) as server,
        httpx2.Client(base_url=server.url, timeout=20) as client,
    ):
        client.headers["authorization"] = "Bearer sk-secret"
        with client.stream("GET", "/_mock/events") as feed:
            coming = events(feed.iter_lines())
            kind, second = next(coming)
            assert kind == "second"
            assert {"pacing_max_ms", "loop_lag_ms", "open_streams", "phase", "last_seq"} <= set(second)
            with httpx2.Client(base_url=server.url, timeout=20) as other:
                other.post("/v1/chat/completions", json=BODY, headers={"authorization": "Bearer sk-secret"})
                entry = next(value for kind, value in coming if kind == "request")
                assert entry == other.get(f"/_mock/requests/{entry['id']}").json()
            assert "secret" not in json.dumps(entry)
