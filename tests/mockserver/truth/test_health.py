import asyncio
import json
import time
import urllib.request
from typing import Any

import pytest
from msgspec.structs import replace

from mockserver.app import create_app
from mockserver.settings import Settings
from mockserver.truth.health import BUSY_SECONDS, Health, Lateness, Second, bottleneck
from tests.mockserver.live import live
from tests.mockserver.raw import fetch

WELL = Second(
    at=0.0, pacing_mean_ms=0.2, pacing_max_ms=1.0, admission_lag_ms=1.0, loop_lag_ms=2.0, cpu=0.5, open_streams=3
)
PATIENCE_S = 20


@pytest.mark.parametrize(
    ("history", "why"),
    [
        ([], None),
        ([WELL] * 5, None),
        ([WELL, replace(WELL, pacing_max_ms=20.4), WELL], "streams were played up to 20 ms late"),
        ([WELL, replace(WELL, admission_lag_ms=60.4)], "a request waited 60 ms to be decided"),
        ([WELL, replace(WELL, loop_lag_ms=71.0)], "the server stood still for 71 ms"),
        ([replace(WELL, cpu=0.99)] * BUSY_SECONDS, "the server had no CPU left for 3 s and more"),
        ([replace(WELL, cpu=0.99), WELL] * BUSY_SECONDS, None),
    ],
)
def test_the_mock_says_of_itself_when_it_was_too_slow(history: list[Second], why: str | None) -> None:
    assert bottleneck(history) == why


def measured(late: Lateness, *, blocked_s: float = 0.0) -> dict[str, Any]:
    """What is reported after a second in which the loop was held up."""

    async def run() -> dict[str, Any]:
        health = Health(lambda at: at, lambda: late, lambda: 7)
        health.start()
        await asyncio.sleep(0)
        health.decided(0.003)
        health.decided(0.002)
        time.sleep(blocked_s)
        while not health.report()["history"]:
            await asyncio.sleep(0.01)
        report = health.report()
        health.clear()
        assert health.report()["history"] == []
        await health.stop()
        return report

    return asyncio.run(asyncio.wait_for(run(), PATIENCE_S))


def test_a_second_is_measured() -> None:
    report = measured(Lateness(4, 0.002, 0.0015))
    (second,) = report["history"]
    assert (second["pacing_mean_ms"], second["pacing_max_ms"], second["open_streams"]) == (0.5, 1.5, 7)
    assert report["pacing_error_ms"] == 1.5
    assert (second["admission_lag_ms"], report["admission_lag_ms"]) == (3.0, 3.0)


def test_a_loop_that_stood_still_is_noticed() -> None:
    report = measured(Lateness(), blocked_s=0.4)
    assert report["loop_lag_ms"] >= 300
    assert (report["bottleneck"], report["why"].startswith("the server stood still for ")) == (True, True)


def test_the_server_tells_of_the_streams_that_it_plays() -> None:
    body = json.dumps(
        {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 60, "stream": True}
    )
    request = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk-a\r\nconnection: close\r\n"
        f"content-length: {len(body)}\r\n\r\n{body}"
    ).encode()
    with live(create_app(Settings(latency="constant", ttft_ms=10, itl_ms=20))) as server:
        assert fetch(server.url, request).body.endswith(b"[DONE]\n\n")
        while not (report := told(server.url))["history"]:
            pass
    assert set(report) == {"bottleneck", "why", "pacing_error_ms", "admission_lag_ms", "loop_lag_ms", "history"}
    assert report["pacing_error_ms"] > 0
    assert report["admission_lag_ms"] > 0


def told(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/_mock/health", timeout=PATIENCE_S) as answer:
        health: dict[str, Any] = json.load(answer)
    return health
