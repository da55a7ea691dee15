"""The same seed gives the same replies, latencies and faults, whoever else is asking at the time."""

import asyncio
from typing import Any

import httpx2
import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live

BODIES = 500
CLIENTS = 100
SUBJECTS = ("an invoice", "a slow export", "a failed upload", "a lost password", "an empty report")


def _body(i: int) -> dict[str, Any]:
    question = f"Customer {i} asks about {SUBJECTS[i % len(SUBJECTS)]}. What should we answer?"
    messages = [{"role": "system", "content": "You help with support."}, {"role": "user", "content": question}]
    return {"model": ("gpt-4o", "gpt-4.1-mini")[i % 2], "messages": messages, "stream": i % 3 == 0}


async def _asked(clients: int, seed: int) -> dict[str, Any]:
    """What the journal of a fresh server says after every body was sent by so many clients at once."""
    with live(create_app(Settings(seed=seed, faults="flaky", speed=2000))) as server:
        waiting = list(range(BODIES))

        async def ask(client: httpx2.AsyncClient) -> None:
            while waiting:
                i = waiting.pop()
                await client.post("/v1/chat/completions", json=_body(i), headers={"x-client-request-id": str(i)})

        headers = {"authorization": "Bearer sk-repeat"}
        limits = httpx2.Limits(max_connections=clients, max_keepalive_connections=clients)
        async with httpx2.AsyncClient(base_url=server.url, headers=headers, limits=limits, timeout=60) as client:
            await asyncio.gather(*(ask(client) for _ in range(clients)))
            entries = (await client.get("/_mock/requests", params={"limit": BODIES})).json()["requests"]
    return {
        entry["client_id"]: [entry.get(key) for key in ("reply_hash", "planned", "fault", "status", "stream")]
        for entry in entries
    }


def _journal(clients: int, *, seed: int = 5) -> dict[str, Any]:
    return asyncio.run(_asked(clients, seed))


@pytest.fixture(scope="module")
def together() -> dict[str, Any]:
    """What a hundred clients at once get."""
    return _journal(CLIENTS)


def test_a_hundred_clients_at_once_get_what_one_gets_alone(together: dict[str, Any]) -> None:
    alone = _journal(clients=1)
    assert len(alone) == BODIES
    assert together == alone
    faults = {entry[2] for entry in alone.values()}
    assert len(faults) > 2


def test_another_seed_gives_other_replies_latencies_and_faults(together: dict[str, Any]) -> None:
    other = _journal(CLIENTS, seed=6)
    for column in range(3):
        assert [entry[column] for _, entry in sorted(together.items())] != [
            entry[column] for _, entry in sorted(other.items())
        ]
