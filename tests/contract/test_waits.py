"""The official client, with its usual retries, waits as a 429 tells it and is let in."""

import itertools
import time
from pathlib import Path
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionUserMessageParam

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.mockserver.live import live

MESSAGES: list[ChatCompletionUserMessageParam] = [{"role": "user", "content": "Why is the sky blue?"}]


@pytest.mark.parametrize(("limits", "wait_s"), [("rpm = 1", 60.0), ("tpm = 9", 60.0), ("rpd = 1", 86_400.0)])
def test_it_waits_as_long_as_it_is_told_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: str, wait_s: float
) -> None:
    speed = wait_s * 4
    (tmp_path / "limits.toml").write_text(f"[default]\n{limits}\n")
    slept_s: list[float] = []
    really = time.sleep

    def sleep(seconds: float) -> None:
        slept_s.append(seconds)
        really(seconds)

    monkeypatch.setattr("openai._base_client.time.sleep", sleep)
    settings = Settings(latency="instant", limits=str(tmp_path / "limits.toml"), speed=speed)
    with live(create_app(settings)) as server, openai.OpenAI(base_url=f"{server.url}/v1", api_key="sk-waits") as client:
        told_ms = _told_waits(client)
        for _ in range(4):
            client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, max_tokens=1)
    assert len(told_ms) >= 3
    assert slept_s == [ms / 1000 for ms in told_ms]
    assert all(0 < ms <= 250 for ms in told_ms)
    assert told_ms[0] > 0


def _told_waits(client: openai.OpenAI) -> list[int]:
    """The waits of all 429 that the client gets from now on, in ms; none comes twice in a row."""
    told: list[int] = []
    statuses: list[int] = []

    def note(response: Any) -> None:
        statuses.append(response.status_code)
        if response.status_code == 429:
            told.append(int(response.headers["retry-after-ms"]))
        assert all(pair != (429, 429) for pair in itertools.pairwise(statuses)), "had to wait again"

    client._client.event_hooks = {"request": [], "response": [note]}
    return told
