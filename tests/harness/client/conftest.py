from collections.abc import Callable, Iterator

import pytest

from harness.client.chat import ChatClient
from harness.client.endpoint import Endpoint
from harness.client.target import Target
from harness.client.timeouts import Timeouts

KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def client() -> Iterator[Callable[..., ChatClient]]:
    """Makes clients of a URL, with limits in seconds by their names; closes them when the test is over."""
    made: list[ChatClient] = []

    def make(url: str, *, api_key: str | None = KEY, **limits: float) -> ChatClient:
        made.append(ChatClient(Endpoint(target=Target.parse(url), api_key=api_key), timeouts=Timeouts(**limits)))
        return made[-1]

    yield make
    for one in made:
        one.close()
