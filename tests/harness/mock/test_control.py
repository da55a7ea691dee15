"""Asking a mock server about itself."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest

from harness.measure.watch import MockSecond
from harness.mock.control import MockControl, MockError
from harness.mock.process import started
from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live


@pytest.fixture(scope="module")
def mock() -> Iterator[MockControl]:
    with live(create_app(Settings())) as server:
        yield MockControl.at(server.url, {})


class Answering(BaseHTTPRequestHandler):
    """Answers everything with what is said."""

    status: ClassVar[int] = 200
    body: ClassVar[Any] = {}

    def do_GET(self) -> None:
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def other() -> Iterator[MockControl]:
    """A server that is no mock."""
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield MockControl.at(f"http://127.0.0.1:{server.server_port}/v1", {})
        server.shutdown()


def test_a_mock_tells_of_its_seconds_and_its_requests(mock: MockControl) -> None:
    assert mock.last_seq() == 0
    assert list(mock.journal()) == []
    assert all(isinstance(second, MockSecond) for second in mock.health(0.0))
    assert mock.health(9e9) == []


def test_of_its_seconds_those_count_that_touch_a_span(other: MockControl) -> None:
    figures = {"pacing_max_ms": 1.0, "loop_lag_ms": 2.0}
    Answering.status = 200
    Answering.body = {"history": [{"at": at, "cpu": at, **figures} for at in (9.9, 10.2, 11.2, 12.2, 13.2)]}
    assert [second.cpu for second in other.health(10.0)] == [10.2, 11.2, 12.2, 13.2]
    assert [second.cpu for second in other.health(10.0, 12.0)] == [10.2, 11.2, 12.2]


def test_a_mock_simulates_what_it_is_told_until_it_is_set_back(mock: MockControl) -> None:
    with pytest.raises(MockError, match="/_mock answers 400: baisc: no faults profile of that name"):
        mock.change({"faults": "baisc"})
    mock.change({"faults": "flaky"})
    assert mock._asked("state")["faults"] == "flaky"
    mock.reset()
    assert mock._asked("state")["faults"] == "off"


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (401, {}, "wants its token: set MOCK_ADMIN_TOKEN as it is set there"),
        (404, {}, "is not there: is it a mock server?"),
        (500, b"broken", "answers 500: broken"),
        (200, b"<html>", "does not answer"),
        (200, {"history": [{}]}, "is not a mock server's"),
    ],
)
def test_what_is_no_mock_is_told_in_one_line(other: MockControl, status: int, body: Any, why: str) -> None:
    Answering.status, Answering.body = status, body
    with pytest.raises(MockError) as caught:
        other.health(0.0)
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_token_is_sent_and_never_shown() -> None:
    control = MockControl.at("http://127.0.0.1:9/v1", {"MOCK_ADMIN_TOKEN": "secret"})
    assert (control.base, control.token) == ("http://127.0.0.1:9/_mock", "secret")
    assert "secret" not in repr(control)


def test_a_mock_of_our_own_lives_as_long_as_the_block() -> None:
    with started(("--latency", "instant")) as url:
        assert MockControl.at(url, {}).last_seq() == 0
    with pytest.raises(MockError, match="does not answer"):
        MockControl.at(url, {}).last_seq()


def test_a_mock_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(MockError, match="did not start: mockserver: nonsense: no latency profile"),
        started(("--latency", "nonsense")),
    ):
        pass
