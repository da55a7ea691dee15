"""A pytest plugin: the fixture `mock`. Nothing of the server is imported before a test wants it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .testing import Mock


@pytest.fixture(scope="session")
def mock_flags() -> Sequence[str]:
    """Flags of `mockserver serve` for the fixture `mock`; override it in a conftest.py."""
    return ("--latency", "instant")


@pytest.fixture(scope="session")
def _mock_server(mock_flags: Sequence[str]) -> "Iterator[Mock]":
    """One server for all tests of the session."""
    from .testing import serving  # noqa: PLC0415 - only for those who use it

    with serving(mock_flags) as server:
        yield server


@pytest.fixture
def mock(_mock_server: "Mock", monkeypatch: pytest.MonkeyPatch) -> "Mock":
    """A mock server as it began, to which OPENAI_BASE_URL leads, with a key in OPENAI_API_KEY."""
    _mock_server.reset()
    monkeypatch.setenv("OPENAI_BASE_URL", _mock_server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mock")
    return _mock_server
