"""The client against the mock server: what it saw is what the server says it did."""

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from harness.client.chat import ChatClient
from harness.measure.attempt import Attempt, conclude
from mockserver.app import create_app
from mockserver.settings import Settings
from profiles.catalogue import load_catalogue
from profiles.record import Record
from tests.mockserver.live import live

Clients = Callable[..., ChatClient]
FACTS = load_catalogue().resolve("gpt-4o-mini")
QUESTION: Mapping[str, Any] = {
    "model": "gpt-4o-mini",
    "messages": [{"role": "user", "content": "Our PDF uploads fail with a timeout. What can we do?"}],
    "max_tokens": 60,
}
STREAMED: Mapping[str, Any] = {**QUESTION, "stream": True, "stream_options": {"include_usage": True}}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with realistic latencies, twenty times as fast."""
    with live(create_app(Settings(speed=20))) as server:
        yield server.url


def asked(client: ChatClient, body: Mapping[str, Any], request_id: str = "call.1") -> tuple[str, Record]:
    """What was said, and the record of the exchange."""
    seen = client.send(body, request_id=request_id)
    attempt = Attempt(
        id=request_id,
        attempt=1,
        class_="c",
        model=body["model"],
        intended_at=seen.sent_at,
        messages=body["messages"],
        facts=FACTS,
    )
    return seen.text, conclude(seen, attempt)


def test_the_usage_agrees_with_our_own_count_streamed_or_not(client: Clients, url: str) -> None:
    asking = client(url)
    streamed_text, streamed = asked(asking, STREAMED)
    text, plain = asked(asking, QUESTION)
    assert streamed_text == text
    assert streamed.tokens == plain.tokens
    assert {streamed.outcome, plain.outcome} == {"complete"}
    assert {streamed.detail, plain.detail} <= {None, "length"}
    assert (streamed.reused, plain.reused, streamed.served_model) == (False, True, "gpt-4o-mini-2024-07-18")


def test_tokens_are_counted_here_as_the_server_would_have_stated_them(client: Clients, url: str) -> None:
    stated = asked(client(url), STREAMED)[1].tokens
    own = asked(client(url), {**STREAMED, "stream_options": None})[1].tokens
    assert stated is not None
    assert own is not None
    assert (own.source, own.prompt, own.completion) == ("local", stated.prompt, stated.completion)


def test_nothing_is_seen_before_the_server_wrote_it(client: Clients, url: str) -> None:
    _, record = asked(client(url), STREAMED, "truth.1")
    with urllib.request.urlopen(f"{url}/_mock/requests/truth.1") as answer:
        truth = json.load(answer)
    assert record.request_id == truth["id"]
    assert record.tokens is not None
    assert truth["sent_tokens"] == record.tokens.completion
    assert record.sent_at is not None
    # Each side reads the wall clock once and counts on from there by the monotonic one: they differ by microseconds.
    for mark, at in (("first_token_ms", "first_token_at"), ("last_token_ms", "last_token_at")):
        assert record.sent_at + getattr(record, mark) / 1000 >= truth[at] - 0.001


@pytest.mark.parametrize(
    ("body", "key", "detail"),
    [
        (STREAMED, None, "invalid_request_error"),
        ({**STREAMED, "model": "gpt-nought"}, "sk-x", "model_not_found"),
        ({**STREAMED, "messages": []}, "sk-x", "empty_array"),
    ],
)
def test_a_refusal_is_told_by_its_code(
    client: Clients, url: str, body: Mapping[str, Any], key: str | None, detail: str
) -> None:
    record = asked(client(url, api_key=key), body)[1]
    assert (record.outcome, record.detail) == ("client_error", detail)
