from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from mockserver.limits import MemoryStore
from mockserver.limits.shared import RedisStore

from ..redis_server import RedisServer
from .stores import Till, till

PATIENCE_S = 60.0
"""A machine that stands still for seconds must not let a store take its Redis for lost."""

NewTill = Callable[[float], AbstractContextManager[Till]]
"""Opens a till on a new store, given the speed."""


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    """A Redis that nobody kills."""
    with RedisServer() as server:
        yield server


@pytest.fixture(scope="session", params=["memory", "redis"])
def new_till(request: pytest.FixtureRequest) -> NewTill:
    """Tills of each store."""
    if request.param == "memory":
        return lambda speed: till(lambda: MemoryStore(speed=speed))
    url = request.getfixturevalue("redis").url
    return lambda speed: till(lambda: RedisStore(url, speed=speed, own_clock=False, timeout_s=PATIENCE_S))
