"""A self-hosted engine behind the API: real requests to a real server, judged by what its journal says."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from mockserver.app import create_app
from mockserver.serving import Server
from mockserver.settings import Settings
from tests.mockserver.live import PATIENCE_S, live

HOUR_MS = 3_600_000


class Dedicated:
    """A server with an engine of its own, and the connections to it, which are closed at the end."""

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self._netloc = urlsplit(server.url).netloc
        self._stack = stack

    def sent(self, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPConnection:
        """A request that has been sent."""
        connection = self._stack.enter_context(closing(http.client.HTTPConnection(self._netloc, timeout=PATIENCE_S)))
        content = None if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, content, {"Authorization": "Bearer sk-0123456789", **named})
        return connection

    def asked(self, *, tokens: int = 5, headers: Any = (), **fields: Any) -> http.client.HTTPConnection:
        """A chat request that has been sent."""
        messages = [{"role": "user", "content": "Why?"}]
        body = {"model": "gpt-4o-mini", "messages": messages, "max_tokens": tokens, **fields}
        return self.sent("POST", "/v1/chat/completions", body, **dict(headers))

    def answered(self, **fields: Any) -> tuple[int, bytes]:
        """Status and body of the answer to a chat request."""
        with self.asked(**fields).getresponse() as answer:
            return answer.status, answer.read()

    def journal(self) -> list[dict[str, Any]]:
        """What the server noted."""
        with self.sent("GET", "/_mock/requests").getresponse() as answer:
            entries: list[dict[str, Any]] = json.loads(answer.read())["requests"]
        return entries


Start = Callable[..., Dedicated]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Servers with an engine of these figures."""
    with ExitStack() as stack:

        def begin(*, speed: float = 1.0, lead_ms: float = 0, slowdown: str = "", **engine: float) -> Dedicated:
            figures = {"slots": 4, "queue": 4, "step_ms": 10, **engine}
            lines = [f"{key} = {value}" for key, value in figures.items()]
            profile = tmp_path / "mine.toml"
            profile.write_text(
                "\n".join(["[engine]", *lines, "[default]", f"first_byte_lead_ms = {lead_ms}", slowdown])
            )
            server = stack.enter_context(live(create_app(Settings(latency=str(profile), speed=speed))))
            return Dedicated(server, stack.enter_context(ExitStack()))

        yield begin


def when(reached: Callable[[], bool]) -> None:
    """Return when it is so."""
    pause = threading.Event()
    for _ in range(PATIENCE_S * 100):
        if reached():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come about")


def test_an_answer_takes_the_iterations_that_it_needs_streamed_or_not(start: Start) -> None:
    server = start(step_per_prefill_token_us=1000, lead_ms=3)
    for stream in (True, False):
        assert server.answered(tokens=5, stream=stream)[0] == 200
    for entry in server.journal():
        planned, prompt_tokens = entry["planned"], 9
        assert planned["first_token_ms"] == pytest.approx(10 + prompt_tokens, abs=0.001)
        assert planned["last_token_ms"] == pytest.approx(10 + prompt_tokens + 4 * 10, abs=0.001)
        assert entry["sent_tokens"] == 5
        assert (entry["done_at"] - entry["received_at"]) * 1e3 >= planned["last_token_ms"] - 0.1  # nothing is early


def test_time_runs_faster_with_speed(start: Start) -> None:
    server = start(step_ms=1000, speed=1000)
    server.answered(tokens=5, stream=True)
    (entry,) = server.journal()
    assert entry["planned"]["last_token_ms"] == pytest.approx(5, abs=0.01)


def test_a_slow_down_makes_its_iterations_longer(start: Start) -> None:
    server = start(step_ms=10, slowdown=f"[slowdown]\nhours = {[3] * 24}\n")
    server.answered(tokens=2, stream=True)
    (entry,) = server.journal()
    assert entry["planned"]["first_token_ms"] == pytest.approx(30, abs=0.01)
    assert entry["planned"]["last_token_ms"] == pytest.approx(60, abs=0.01)


def test_those_who_are_there_at_once_share_it(start: Start) -> None:
    """All of a batch take their tokens from the same iterations, each as long as there are sequences in it."""
    server = start(step_ms=20, step_per_sequence_us=20_000)
    threads = [threading.Thread(target=server.answered, kwargs={"tokens": 10, "stream": True}) for _ in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    alone_ms = 10 * 40
    for entry in server.journal():
        assert entry["planned"]["last_token_ms"] > 1.3 * alone_ms


def test_several_choices_take_a_seat_each(start: Start) -> None:
    server = start(slots=1, queue=1)
    assert server.answered(n=2, stream=True)[0] == 200
    (entry,) = server.journal()
    assert entry["sent_tokens"] == 10
    assert entry["planned"]["last_token_ms"] == pytest.approx(100, abs=0.001)
    assert server.answered(n=3)[0] == 429


@pytest.mark.parametrize(("when_full", "streamed"), [(429, True), (429, False), (503, True)])
def test_who_finds_it_full_is_refused(start: Start, when_full: int, streamed: bool) -> None:
    server = start(slots=1, queue=1, step_ms=HOUR_MS, when_full=when_full)
    for _ in range(2):
        server.asked(stream=streamed)
    when(lambda: len(server.journal()) == 2)
    status, body = server.answered()
    assert (status, json.loads(body)["error"]["type"]) == (when_full, "server_error")


def test_the_metrics_tell_who_is_seated_and_who_waits(start: Start) -> None:
    server = start(slots=1, queue=3, step_ms=HOUR_MS)
    for _ in range(3):
        server.asked(tokens=5)
    when(lambda: len(server.journal()) == 3)
    with server.sent("GET", "/_mock/metrics").getresponse() as answer:
        lines = answer.read().decode().splitlines()
    assert {"mock_engine_running 1.0", "mock_engine_waiting 2.0"} <= set(lines)


@pytest.mark.parametrize("streamed", [True, False])
def test_who_hangs_up_makes_room(start: Start, streamed: bool) -> None:
    server = start(slots=1, queue=0, step_ms=HOUR_MS)
    server.asked(stream=streamed).close()
    when(lambda: [entry.get("hung_up_at") is not None for entry in server.journal()] == [True])
    server.asked(stream=streamed)
    when(lambda: len(server.journal()) == 2)
    assert server.answered()[0] == 429
    assert [entry.get("status") for entry in server.journal()] == [None, None, 429]


def test_a_request_that_states_its_times_takes_no_seat(start: Start) -> None:
    server = start(slots=1, queue=0, step_ms=HOUR_MS)
    assert server.answered(headers={"x-mock-ttft-ms": "1", "x-mock-itl-ms": "0"})[0] == 200


def test_another_profile_at_run_time_has_an_engine_of_its_own(start: Start) -> None:
    server = start(slots=1, queue=0, step_ms=HOUR_MS)
    server.asked()
    when(lambda: len(server.journal()) == 1)
    with server.sent("PATCH", "/_mock/state", {"latency": "instant"}).getresponse() as answer:
        assert answer.status == 200
    assert server.answered()[0] == 200
