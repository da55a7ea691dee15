"""A real server on a free port, for clients as people use them."""

from collections.abc import Iterator

import openai
import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live

KEY = "sk-contract-0123456789"


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """The base URL of a server with the realistic profile, two hundred times as fast."""
    with live(create_app(Settings(speed=200, models="any"))) as server:
        yield f"{server.url}/v1"


@pytest.fixture
def client(url: str) -> Iterator[openai.OpenAI]:
    """The official client, which hides no refusal by trying again."""
    with openai.OpenAI(base_url=url, api_key=KEY, max_retries=0) as client:
        yield client
