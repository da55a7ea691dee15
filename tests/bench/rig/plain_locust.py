"""A Locust file as people write one without us: streams read with `iter_lines`, TTFT by the application's clock.

It writes a line for every answer: its id, when it was sent (epoch seconds), its TTFT in ms, to the file that BENCH_OUT
names. BENCH_TASK says which of Locust's clients is used, and whether it streams.
"""

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from locust import FastHttpUser, HttpUser, between, constant, events, task

OUT = Path(os.environ["BENCH_OUT"])
TASK = os.environ["BENCH_TASK"]
PATH = "/v1/chat/completions"
BODY = {
    "model": "gpt-4o-mini",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Tell me about deployments."}],
}
STREAM = {**BODY, "stream": True, "stream_options": {"include_usage": True}}

seen: list[tuple[str, float, float | None]] = []


def write(**_: Any) -> None:
    """Write what was seen."""
    OUT.write_text("".join(f"{json.dumps(one)}\n" for one in seen))


quitting: Any = events.quitting
quitting.add_listener(write)


def first_content(lines: Iterator[Any]) -> float | None:
    """When the first chunk with content was there; the rest is read to its end."""
    first_s = None
    for line in lines:
        text = line.decode() if isinstance(line, bytes) else line
        if first_s is None and '"content":"' in text and '"content":""' not in text:
            first_s = time.monotonic()
    return first_s


def stream(lines: Callable[[dict[str, str]], Iterator[Any]]) -> None:
    """Have an answer streamed, and note when its first content was there."""
    name = f"{random.getrandbits(64):x}"
    sent_at, begun_s = time.time(), time.monotonic()
    first_s = first_content(lines({"X-Client-Request-Id": name, "Authorization": "Bearer sk-bench"}))
    seen.append((name, sent_at, None if first_s is None else (first_s - begun_s) * 1e3))


class Fast(FastHttpUser):
    """Locust's own fast client."""

    abstract = TASK != "fast"
    wait_time = between(0.0, 0.4)

    @task
    def ask(self) -> None:
        """Stream an answer."""
        stream(lambda headers: self.client.iter_lines(PATH, method="POST", json=STREAM, headers=headers))


class Requests(HttpUser):
    """Locust's client by way of requests."""

    abstract = TASK != "requests"
    wait_time = between(0.0, 0.4)

    @task
    def ask(self) -> None:
        """Stream an answer."""
        stream(lambda headers: self.client.post(PATH, json=STREAM, headers=headers, stream=True).iter_lines())


class Unstreamed(FastHttpUser):
    """One question after the other."""

    abstract = TASK != "unstreamed"
    wait_time = constant(0)

    @task
    def ask(self) -> None:
        """Ask, and look for the end."""
        sent_at = time.time()
        answer = self.client.post(PATH, json=BODY, headers={"Authorization": "Bearer sk-bench"})
        if answer.json()["choices"][0]["finish_reason"]:
            seen.append(("", sent_at, None))
