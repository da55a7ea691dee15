import pytest

from mockserver.endpoints.envelope import Envelope, envelope_of
from mockserver.remembered import Remembered


def _envelope(body: bytes = b"{}", **headers: str) -> Envelope:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return envelope_of(
        {"method": "POST", "path": "/v1/chat/completions", "headers": raw}, body, Remembered(1, lambda _key, _body: 1)
    )


@pytest.mark.parametrize(
    ("authorization", "key"),
    [
        ("Bearer sk-a", "sk-a"),
        ("bearer sk-a", "sk-a"),
        ("Bearer  sk-a ", "sk-a"),
        ("Bearer ", None),
        ("Bearer", None),
        ("Basic OnNrLWE=", "sk-a"),
        ("basic dXNlcjpzay1h", "sk-a"),
        ("Basic c2s6", None),
        ("Basic !!!", None),
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
    assert _envelope(body).body.model == model


@pytest.mark.parametrize(
    ("body", "stream"), [(b'{"stream":true}', True), (b'{"stream":"true"}', False), (b"{}", False), (b"", False)]
)
def test_only_true_asks_for_a_stream(body: bytes, stream: bool) -> None:
    assert _envelope(body).body.stream is stream


def test_what_cannot_be_parsed_is_identified_by_its_bytes() -> None:
    assert _envelope(b"{a").identity == _envelope(b"{a").identity != _envelope(b"{b").identity


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("br, deflate", False),
        ("identity", False),
        ("", False),
    ],
)
def test_an_answer_is_compressed_for_those_who_take_it(accepted: str, taken: bool) -> None:
    assert _envelope(accept_encoding=accepted).takes_gzip is taken


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_nobody_looks_for_json_in_a_form(content_type: str) -> None:
    assert _envelope(b'{"model":"gpt-4o"}', content_type=content_type).body.fields is None
    assert _envelope(b'{"model":"gpt-4o"}', content_type="text/plain").body.fields == {"model": "gpt-4o"}
