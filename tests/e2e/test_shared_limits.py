"""Several mock servers, as processes, behind the limits in one Redis."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.servers import Mock, serving
from tests.mockserver.redis_server import RedisServer

LIMIT = 60
BODY = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 1}).encode()


def _status(server: Mock) -> int:
    headers = {"authorization": "Bearer sk-shared", "content-type": "application/json"}
    request = urllib.request.Request(f"{server.url}/v1/chat/completions", BODY, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


def test_four_servers_admit_what_one_admits_and_answer_503_while_redis_is_lost(
    tmp_path: Path, redis: RedisServer
) -> None:
    """60 a day refill one in 24 minutes: none while the test runs."""
    limits = tmp_path / "limits.toml"
    limits.write_text(f"[default]\nrpd = {LIMIT}\n")
    flags = ("--latency", "instant", "--limits", str(limits), "--store", redis.url, "--store-lost", "closed")
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(*flags)) for _ in range(4)]
        with ThreadPoolExecutor(16) as clients:
            statuses = list(clients.map(_status, servers * 40))
        assert (statuses.count(200), statuses.count(429)) == (LIMIT, 4 * 40 - LIMIT)
        assert sum(entry["status"] == 200 for server in servers for entry in server.journal()) == LIMIT
        redis.kill()
        assert {_status(server) for server in servers} == {503}
        redis.start()
        with ThreadPoolExecutor(16) as clients:
            while 503 in (statuses := list(clients.map(_status, servers * 40))):
                pass
        assert set(statuses) <= {200, 429}
