import anyio
import pytest
from starlette.types import Message

from mockserver.endpoints.envelope import Envelope, envelope_of, read_body


def _envelope(body: bytes = b"{}", **headers: str) -> Envelope:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return envelope_of({"method": "POST", "path": "/v1/chat/completions", "headers": raw}, body)


@pytest.mark.parametrize(
    ("authorization", "key"),
    [
        ("Bearer sk-a", "sk-a"),
        ("bearer sk-a", "sk-a"),
        ("Bearer  sk-a ", "sk-a"),
        ("Bearer ", None),
        ("Bearer", None),
        ("Basic c2s6", None),
        ("sk-a", None),
        ("", None),
    ],
)
def test_the_key_is_what_the_bearer_bears(authorization: str, key: str | None) -> None:
    assert _envelope(authorization=authorization).key == key


def test_a_request_without_headers_has_neither_key_nor_id() -> None:
    envelope = _envelope()
    assert (envelope.key, envelope.client_id) == (None, None)


def test_a_client_id_is_kept_up_to_512_characters() -> None:
    assert _envelope(x_client_request_id="c" * 600).client_id == "c" * 512


@pytest.mark.parametrize(
    ("body", "model"),
    [
        (b'{"model":"gpt-4o"}', "gpt-4o"),
        (b'{"model":""}', None),
        (b'{"model":5}', None),
        (b'{"model":null}', None),
        (b"{}", None),
        (b'"gpt-4o"', None),
        (b"gpt-4o", None),
    ],
)
def test_a_model_is_named_by_a_string(body: bytes, model: str | None) -> None:
    assert _envelope(body).model == model


@pytest.mark.parametrize(
    ("body", "stream"), [(b'{"stream":true}', True), (b'{"stream":"true"}', False), (b"{}", False), (b"", False)]
)
def test_only_true_asks_for_a_stream(body: bytes, stream: bool) -> None:
    assert _envelope(body).stream is stream


def test_what_cannot_be_parsed_is_identified_by_its_bytes() -> None:
    assert _envelope(b"{a").identity == _envelope(b"{a").identity != _envelope(b"{b").identity


def _receiving(*messages: Message) -> bytes | None:
    left = list(messages)

    async def receive() -> Message:
        return left.pop(0)

    return anyio.run(read_body, receive)


def test_a_body_may_come_in_parts() -> None:
    parts: list[Message] = [
        {"type": "http.request", "body": part, "more_body": part != b"c"} for part in (b"a", b"b", b"c")
    ]
    assert _receiving(*parts) == b"abc"


def test_a_client_that_leaves_before_the_end_has_asked_nothing() -> None:
    assert _receiving({"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}) is None
