from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from harness.client.chat import ChatClient
from harness.client.endpoint import Endpoint
from harness.client.target import Target
from harness.client.timeouts import Timeouts
from harness.client.wire import Desk

KEY = "sk-test-0123456789abcdef"


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """One desk for all tests: this process has one event loop."""
    with closing(Desk()) as desk:
        yield desk


@pytest.fixture
def client(desk: Desk) -> Iterator[Callable[..., ChatClient]]:
    """Makes clients of a URL, with limits in seconds by their names; closes them when the test is over."""
    made: list[ChatClient] = []

    def make(
        url: str,
        *,
        api_key: str | None = KEY,
        loop_lag_s: Callable[[float], float] = lambda _since_s: 0.0,
        **limits: float,
    ) -> ChatClient:
        endpoint = Endpoint(target=Target.parse(url), api_key=api_key)
        made.append(ChatClient(endpoint, desk=desk, timeouts=Timeouts(**limits), loop_lag_s=loop_lag_s))
        return made[-1]

    yield make
    for one in made:
        one.close()
