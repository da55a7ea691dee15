"""Proxies as the environment names them."""

import pytest

from harness.client.proxy import Proxy, exempt, proxy_for
from harness.client.target import Target

SECURE = Target.parse("https://api.example.com")
PLAIN = Target.parse("http://gateway.example.com:8080")


@pytest.mark.parametrize(
    ("target", "environ", "proxy"),
    [
        (SECURE, {}, None),
        (SECURE, {"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
        (SECURE, {"https_proxy": "p:3128"}, "http://p:3128"),
        (SECURE, {"https_proxy": "http://small", "HTTPS_PROXY": "http://LARGE"}, "http://small"),
        (SECURE, {"HTTP_PROXY": "http://p:3128"}, None),
        (SECURE, {"ALL_PROXY": "http://p:3128/"}, "http://p:3128"),
        (SECURE, {"HTTPS_PROXY": "http://p:3128", "NO_PROXY": "example.com"}, None),
        (PLAIN, {"HTTP_PROXY": "http://p"}, "http://p"),
        (PLAIN, {"HTTPS_PROXY": "http://p"}, None),
        (Target.parse("http://127.0.0.1:8000"), {"HTTP_PROXY": "http://p"}, None),
        (Target.parse("https://localhost"), {"HTTPS_PROXY": "http://p"}, None),
    ],
)
def test_the_environment_names_the_proxy(target: Target, environ: dict[str, str], proxy: str | None) -> None:
    found = proxy_for(target, environ)
    assert (None if found is None else str(found)) == proxy


@pytest.mark.parametrize(
    ("url", "no_proxy", "is_exempt"),
    [
        ("https://api.example.com", "", False),
        ("https://api.example.com", "*", True),
        ("https://api.example.com", "other.com, api.example.com", True),
        ("https://api.example.com", ".example.com", True),
        ("https://api.example.com", "*.example.com", True),
        ("https://api.example.com", "EXAMPLE.com", True),
        ("https://api.example.com", "ample.com", False),
        ("https://api.example.com", "example.com:443", True),
        ("https://api.example.com", "example.com:8443", False),
        ("http://10.1.2.3", "10.0.0.0/8", True),
        ("http://10.1.2.3", "10.1.2.3", True),
        ("http://11.1.2.3", "10.0.0.0/8", False),
        ("http://[fd00::1]", "fd00::/8", True),
        ("http://[fd00::1]:80", "[fd00::1]:80", True),
    ],
)
def test_no_proxy_exempts(url: str, no_proxy: str, is_exempt: bool) -> None:
    assert exempt(Target.parse(url), no_proxy) is is_exempt


@pytest.mark.parametrize("url", ["socks5://me:hidden@p", "https://me:hidden@p", "http://", "http://me:hidden@p:port"])
def test_another_kind_of_proxy_is_refused_by_the_name_of_its_variable(url: str) -> None:
    with pytest.raises(ValueError, match=r"^HTTPS_PROXY: .*; write http://HOST:PORT$") as refused:
        proxy_for(SECURE, {"HTTPS_PROXY": url})
    assert "hidden" not in str(refused.value)


def test_a_tunnel_is_asked_for_with_the_credentials_of_the_url() -> None:
    proxy = proxy_for(SECURE, {"HTTPS_PROXY": "http://me:p%40ss@p:3128"})
    assert proxy is not None
    assert proxy.connect_request(SECURE) == (
        b"CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n"
        b"Proxy-Authorization: Basic bWU6cEBzcw==\r\n\r\n"
    )
    assert "me" not in str(proxy)


def test_an_ipv6_target_keeps_its_brackets() -> None:
    assert Proxy(PLAIN).connect_request(Target.parse("https://[fd00::1]")).startswith(b"CONNECT [fd00::1]:443 HTTP/1.1")
