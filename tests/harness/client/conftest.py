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

    def make(
        url: str,
        *,
        api_key: str | None = KEY,
        loop_lag_s: Callable[[float], float] = lambda _since_s: 0.0,
        **limits: float,
    ) -> ChatClient:
        endpoint = Endpoint(target=Target.parse(url), api_key=api_key)
        made.append(ChatClient(endpoint, timeouts=Timeouts(**limits), loop_lag_s=loop_lag_s))
        return made[-1]

    yield make
    for one in made:
        one.close()
