"""Changes while requests come: each request meets one state of the server, never a mixture."""

import asyncio
from typing import Any

import httpx2

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live

ASKERS = 8
CHANGES = 40
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 50}
STATES: dict[str, dict[str, Any]] = {
    # reply length (the latency's), rate limit, status (the faults')
    "a": {
        "latency": {"default": {"ttft_base_ms": 0, "itl_ms": 0, "reply_tokens": 3}},
        "limits": {"default": {"rpm": 1_000_000}},
        "faults": "off",
    },
    "b": {
        "latency": {"default": {"ttft_base_ms": 0, "itl_ms": 0, "reply_tokens": 7}},
        "limits": {"default": {"rpm": 2_000_000}},
        "faults": {"rule": [{"fault": "wrong_content_type", "content_type": "application/b"}]},
    },
}
SEEN = {("application/json", 3, "1000000"), ("application/b", 7, "2000000")}
WRONG = {**STATES["a"], "faults": {"rule": [{"fault": "no such thing"}]}}


async def asked(client: httpx2.AsyncClient, over: asyncio.Event) -> set[tuple[str, int, str]]:
    """What one client met until it was over."""
    met = set()
    while not over.is_set():
        answer = await client.post("/v1/chat/completions", json=BODY, headers={"authorization": "Bearer sk-a"})
        usage = answer.json()["usage"]["completion_tokens"]
        met.add((answer.headers["content-type"], usage, answer.headers["x-ratelimit-limit-requests"]))
    return met


async def changed_under_load(url: str) -> set[tuple[str, int, str]]:
    async with httpx2.AsyncClient(base_url=url, timeout=20) as client:
        assert (await client.patch("/_mock/state", json=STATES["a"])).status_code == 200
        over = asyncio.Event()
        askers = [asyncio.create_task(asked(client, over)) for _ in range(ASKERS)]
        for number in range(CHANGES):
            before = (await client.get("/_mock/state")).json()
            assert (await client.patch("/_mock/state", json=WRONG)).status_code == 400
            after = (await client.get("/_mock/state")).json()
            assert [before[name] for name in STATES["a"]] == [after[name] for name in STATES["a"]]
            assert (await client.patch("/_mock/state", json=STATES["ab"[number % 2]])).status_code == 200
        over.set()
        return set().union(*await asyncio.gather(*askers))


def test_every_request_meets_one_state() -> None:
    with live(create_app(Settings())) as server:
        assert asyncio.run(changed_under_load(server.url)) == SEEN
