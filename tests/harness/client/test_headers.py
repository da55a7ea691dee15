"""Headers that users add."""

import pytest

from harness.client.headers import is_credential, merged, parse_header, secrets_of


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("X-Team: load", ("X-Team", "load")),
        ("X-Team:load", ("X-Team", "load")),
        (" X-Route :  a:b c ", ("X-Route", "a:b c")),
        ("OpenAI-Organization: org-1", ("OpenAI-Organization", "org-1")),
    ],
)
def test_a_header_is_a_name_a_colon_and_a_value(text: str, header: tuple[str, str]) -> None:
    assert parse_header(text) == header


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hidden", "not a header; write 'NAME: VALUE'"),
        (": hidden", "not a header"),
        ("X Y: hidden", "not a header"),
        ("X-A:", "the value of X-A is empty"),
        ("X-A: hidden\r\nX-B: 1", "the value of X-A is empty or holds"),
        ("X-A: hiddenü", "the value of X-A is empty or holds"),
        ("Host: hidden", "Host is the client's own to send"),
        ("content-length: hidden", "content-length is the client's own"),
        ("X-Client-Request-Id: hidden", "the client's own"),
        ("Accept-Encoding: hidden", "the client's own"),
    ],
)
def test_what_cannot_be_sent_is_refused_without_showing_the_value(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        parse_header(text)
    assert "hidden" not in str(refused.value)


def test_given_headers_take_the_place_of_ours_however_they_are_spelled() -> None:
    assert merged([("Authorization", "Bearer a"), ("User-Agent", "d")], [("authorization", "Basic b")]) == (
        ("User-Agent", "d"),
        ("authorization", "Basic b"),
    )


@pytest.mark.parametrize("name", ["Authorization", "api-key", "X-API-Key", "X-Auth-Token", "Cookie", "X-Client-Secret"])
def test_a_name_says_that_its_value_is_a_secret(name: str) -> None:
    assert is_credential(name)


def test_secrets_are_taken_with_and_without_their_scheme_and_never_so_short_that_they_are_everywhere() -> None:
    headers = [("Authorization", "Bearer abcdef"), ("X-Team", "checkout"), ("api-key", "1")]
    assert secrets_of(headers) == ("Bearer abcdef", "abcdef")
