"""Slow-downs reach requests: by the simulated time at which they come, whatever set it."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import DEFAULT_START, Settings
from tests.mockserver.conftest import NewClient
from tests.mockserver.endpoints.clocks import SetClock

DAY = """
extends = "constant"
[default]
ttft_base_ms = 100
itl_ms = 0
reply_tokens = 3
[slowdown]
hours = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
"""
NINE = DEFAULT_START
HOUR_S = 3_600.0


def planned_ms(client: TestClient, **body: Any) -> float:
    """The time to first token that the server decides on; it plays a thousand times as fast."""
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Is it late?"}], **body}
    assert client.post("/v1/chat/completions", json=asked).status_code == 200
    entries = client.get("/_mock/requests").json()["requests"]
    return float(entries[-1]["planned"]["first_token_ms"]) * 1000


@pytest.fixture
def day(tmp_path: Path) -> str:
    (tmp_path / "day.toml").write_text(DAY)
    return str(tmp_path / "day.toml")


@pytest.mark.parametrize(("hours", "ms"), [(0, 100), (1, 200), (2, 300), (3, 100)])
def test_the_simulated_start_decides_on_the_hour(new_client: NewClient, day: str, hours: int, ms: float) -> None:
    client = new_client(Settings(latency=day, speed=1000, start_at=NINE + hours * HOUR_S))
    assert planned_ms(client) == pytest.approx(ms)


def test_the_hour_passes_with_the_simulated_clock(day: str) -> None:
    clock = SetClock(speed=1000, start_at=NINE, _monotonic_origin=0.0)
    app = create_app(Settings(latency=day, speed=1000, start_at=NINE), clock)
    with TestClient(app, client=("127.0.0.1", 1), headers={"authorization": "Bearer sk-1"}) as client:
        assert planned_ms(client) == pytest.approx(100)
        clock.pass_by(HOUR_S / 1000)
        assert planned_ms(client) == pytest.approx(200)
        clock.pass_by(HOUR_S / 1000)
        assert planned_ms(client) == pytest.approx(300)


def test_a_profile_that_comes_in_a_request_slows_down_too(new_client: NewClient) -> None:
    client = new_client(Settings(latency="instant", speed=1000, start_at=NINE))
    latency = {
        "extends": "constant",
        "default": {"ttft_base_ms": 100, "itl_ms": 0},
        "slowdown": {"incidents": {"every_h": 0.01, "duration_min": 60, "factor": 4}},
    }
    assert client.patch("/_mock/state", json={"latency": latency}).status_code == 200
    assert planned_ms(client) == pytest.approx(400)
    refused = client.patch("/_mock/state", json={"latency": {"extends": "constnat"}})
    assert refused.status_code == 400
    assert "PATCH /_mock/state: extends: constnat: no latency profile" in refused.json()["error"]["message"]


def test_hidden_tokens_come_first_and_cached_ones_are_not_read_again(new_client: NewClient, tmp_path: Path) -> None:
    file = tmp_path / "slope.toml"
    file.write_text(
        "[default]\nttft_base_ms = 100\nttft_per_prompt_token_us = 1_000\nitl_ms = 10\nreply_tokens = 3\n"
        "bursts = { tokens = 2 }\n"
    )
    client = new_client(Settings(latency=str(file), speed=1000))
    messages = [{"role": "user", "content": "word " * 2_000}]
    first, again = (planned_ms(client, messages=messages, max_tokens=3) for _ in range(2))
    cached = client.post("/v1/chat/completions", json={"model": "gpt-4o", "messages": messages, "max_tokens": 3}).json()
    tokens = cached["usage"]["prompt_tokens_details"]["cached_tokens"]
    assert first - again == pytest.approx(tokens) != 0
    thinking = client.post(
        "/v1/chat/completions", json={"model": "o3", "messages": [{"role": "user", "content": "Hm?"}]}
    )
    usage = thinking.json()["usage"]
    hidden = usage["completion_tokens_details"]["reasoning_tokens"]
    entry = client.get("/_mock/requests").json()["requests"][-1]
    assert entry["planned"]["first_token_ms"] * 1000 == pytest.approx(100 + usage["prompt_tokens"] + hidden * 10)
    assert hidden
