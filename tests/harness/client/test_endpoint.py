"""Which requests an API wants."""

import pytest

from harness.client.endpoint import AZURE_API_VERSION, Api, Endpoint
from harness.client.proxy import Proxy
from harness.client.target import Target

AZURE_QUERY = f"?api-version={AZURE_API_VERSION}"
PROXY = Proxy(Target("http", "proxy", 3128), "me:pw")


@pytest.mark.parametrize(
    ("host", "api", "route"),
    [
        ("https://api.openai.com", "openai", "/v1/chat/completions"),
        ("https://api.openai.com/v1/", "openai", "/v1/chat/completions"),
        ("https://gateway/llm", "openai", "/llm/v1/chat/completions"),
        ("https://gateway/llm/v1", "openai", "/llm/v1/chat/completions"),
        ("https://gateway/api/v3", "openai", "/api/v3/chat/completions"),
        ("https://gateway/v1beta/openai/", "openai", "/v1beta/openai/chat/completions"),
        ("https://gateway/v2/some/v1", "openai", "/v2/some/v1/chat/completions"),
        ("https://gateway/vllm", "openai", "/vllm/v1/chat/completions"),
        ("https://me.example.com", "azure", "/openai/deployments/my%20gpt%2F4/chat/completions" + AZURE_QUERY),
        ("https://me.example.com/openai", "azure", "/openai/deployments/my%20gpt%2F4/chat/completions" + AZURE_QUERY),
        ("https://apim/team", "azure", "/team/openai/deployments/my%20gpt%2F4/chat/completions" + AZURE_QUERY),
    ],
)
def test_the_route_follows_from_the_host_and_the_api(host: str, api: Api, route: str) -> None:
    assert Endpoint(target=Target.parse(host), api=api).route("my gpt/4") == route


def test_the_api_version_can_be_chosen() -> None:
    endpoint = Endpoint(target=Target.parse("https://h"), api="azure", api_version="2025-01-01-preview")
    assert endpoint.route("m").endswith("/m/chat/completions?api-version=2025-01-01-preview")


@pytest.mark.parametrize(
    ("api", "signature"), [("openai", ("Authorization", "Bearer sk-1")), ("azure", ("api-key", "sk-1"))]
)
def test_each_api_has_its_own_header_for_the_key(api: Api, signature: tuple[str, str]) -> None:
    endpoint = Endpoint(target=Target.parse("https://h"), api=api, api_key="sk-1", headers=(("X-Team", "a"),))
    assert endpoint.head("agent/1") == (("User-Agent", "agent/1"), signature, ("X-Team", "a"))


def test_without_a_key_nothing_is_signed_and_a_given_signature_wins() -> None:
    target = Target.parse("https://h")
    assert Endpoint(target=target).head("a") == (("User-Agent", "a"),)
    own = (("authorization", "Basic x"),)
    assert Endpoint(target=target, api_key="sk-1", headers=own).head("a") == (("User-Agent", "a"), *own)


@pytest.mark.parametrize("key", ["", "sk-1\n", " sk-1", "sk-1\r\nX: y", "sk-\u00fc"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="the API key is empty or holds characters") as refused:
        Endpoint(target=Target.parse("https://h"), api_key=key).head("a")
    assert "sk-" not in str(refused.value)


def test_a_proxy_of_plain_http_is_told_the_whole_url_and_who_asks() -> None:
    endpoint = Endpoint(target=Target.parse("http://gateway:8080/llm"), proxy=PROXY)
    assert endpoint.request_target("m") == "http://gateway:8080/llm/v1/chat/completions"
    assert endpoint.head("a")[-1] == ("Proxy-Authorization", "Basic bWU6cHc=")
    assert endpoint.hop == PROXY.target


def test_through_a_tunnel_the_request_is_as_without_one() -> None:
    endpoint = Endpoint(target=Target.parse("https://gateway"), proxy=PROXY)
    assert endpoint.request_target("m") == "/v1/chat/completions"
    assert endpoint.head("a") == (("User-Agent", "a"),)
    assert endpoint.hop == PROXY.target


def test_secrets_are_known_and_not_in_the_repr() -> None:
    endpoint = Endpoint(
        target=Target.parse("https://h"), api_key="sk-12345", headers=(("x-api-key", "secret-2"),), proxy=PROXY
    )
    assert endpoint.secrets == ("sk-12345", "secret-2")
    assert not [secret for secret in (*endpoint.secrets, "me:pw") if secret in repr(endpoint)]
