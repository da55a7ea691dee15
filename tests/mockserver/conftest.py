"""A mock server in the same process: the app under a test client, played by the portable player."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings

NewClient = Callable[[Settings], TestClient]


def _client(settings: Settings) -> TestClient:
    return TestClient(
        create_app(settings), client=("127.0.0.1", 50000), headers={"authorization": "Bearer sk-test-0123456789"}
    )


@pytest.fixture
def new_client() -> Iterator[NewClient]:
    """Clients of servers with settings of one's own, stopped after the test."""
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(_client(settings))


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """A client of a server that answers at once."""
    with _client(Settings(latency="instant")) as client:
        yield client
