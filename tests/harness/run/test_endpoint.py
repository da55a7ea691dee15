"""From flags and environment to the endpoint."""

from pathlib import Path
from typing import Any

import pytest

from harness.run.endpoint import endpoint_of, extra_body_of, headers_of, kind_of, shown, target_of, trust_of
from harness.run.settings import RunSettings, SettingError

KEY = {"OPENAI_API_KEY": "sk-0123456789"}


def settings(host: str = "https://api.example.com", **more: Any) -> RunSettings:
    return RunSettings(host=host, workload="basic", **more)


def test_plain_http_to_another_machine_has_to_be_allowed() -> None:
    with pytest.raises(SettingError, match=r"^--host: http://h is plain http .* use https or add --allow-http$"):
        endpoint_of(settings("http://h"), KEY)
    assert endpoint_of(settings("http://h", allow_http=True), KEY).target.host == "h"
    assert endpoint_of(settings("http://h", target="mock"), KEY).target.host == "h"
    assert endpoint_of(settings("http://127.0.0.1:1"), {}).target.port == 1


def test_a_mock_needs_no_key_wherever_it_is() -> None:
    assert endpoint_of(settings("http://mock:8000", target="mock"), {}).api_key == "sk-mock"
    with pytest.raises(SettingError, match=r"^OPENAI_API_KEY: not set"):
        endpoint_of(settings(), {})


def test_headers_that_sign_need_no_key_beside_them() -> None:
    assert endpoint_of(settings(headers=(("Authorization", "Basic x"),)), {}).api_key is None
    assert endpoint_of(settings(headers=(("x-api-key", "gateway"),)), KEY).api_key == KEY["OPENAI_API_KEY"]
    with pytest.raises(SettingError, match="OPENAI_API_KEY"):
        endpoint_of(settings(headers=(("X-Team", "a"),)), {})


@pytest.mark.parametrize(
    ("host", "prefix", "base"),
    [
        ("https://h", "/llm", "/llm/v1"),
        ("https://h/", "llm/", "/llm/v1"),
        ("https://h/v1", "/llm", "/llm/v1"),
        ("https://h", "/openai/v1", "/openai/v1"),
        ("https://h", "/api/v3", "/api/v3"),
    ],
)
def test_a_path_prefix_comes_in_front_of_the_routes(host: str, prefix: str, base: str) -> None:
    assert target_of(settings(host, path_prefix=prefix)).base == base


@pytest.mark.parametrize(
    ("host", "prefix", "why"),
    [
        ("https://h/a", "/llm", r"--host has a path already \(/a\); write one or the other"),
        ("https://h", "/a b", "percent-encoding; write /like/this"),
        ("https://h", "/a?b=c", "percent-encoding; write /like/this"),
    ],
)
def test_a_path_prefix_that_cannot_be_is_refused(host: str, prefix: str, why: str) -> None:
    with pytest.raises(SettingError, match=f"^--path-prefix: .*{why}"):
        target_of(settings(host, path_prefix=prefix))


def test_a_target_is_a_mock_on_this_machine_and_real_anywhere_else_unless_told() -> None:
    for host, told, kind in (
        ("http://127.0.0.1:1", None, "mock"),
        ("https://h", None, "real"),
        ("http://127.0.0.1:1", "real", "real"),
        ("https://h", "mock", "mock"),
    ):
        asked = settings(host, target=told)
        assert kind_of(asked, target_of(asked)) == kind


def test_azure_and_its_version_reach_the_endpoint() -> None:
    endpoint = endpoint_of(settings(api="azure", api_version="2025-03-01-preview"), KEY)
    assert endpoint.route("d") == "/openai/deployments/d/chat/completions?api-version=2025-03-01-preview"
    assert endpoint_of(settings(api="azure"), KEY).route("d").endswith("?api-version=2024-10-21")


def test_a_proxy_comes_from_the_environment() -> None:
    assert str(endpoint_of(settings(), {**KEY, "HTTPS_PROXY": "http://p:1"}).proxy) == "http://p:1"
    with pytest.raises(SettingError, match=r"^HTTPS_PROXY: not a proxy"):
        endpoint_of(settings(), {**KEY, "HTTPS_PROXY": "socks5://p"})


def test_headers_come_from_the_environment_and_the_flag_has_the_last_word() -> None:
    environ = {"HARNESS_HEADERS": "X-A: 1\nX-B: 2\n"}
    assert headers_of(["x-b: 3"], environ) == (("X-A", "1"), ("x-b", "3"))
    assert headers_of([], {}) == ()


@pytest.mark.parametrize(
    ("given", "environ", "flag"),
    [
        (["hidden"], {}, "--header"),
        (["Host: hidden"], {}, "--header"),
        ([], {"HARNESS_HEADERS": "x"}, "HARNESS_HEADERS"),
    ],
)
def test_a_wrong_header_is_refused_by_where_it_came_from(given: list[str], environ: dict[str, str], flag: str) -> None:
    with pytest.raises(SettingError, match=f"^{flag}: ") as refused:
        headers_of(given, environ)
    assert "hidden" not in str(refused.value)


def test_extra_fields_are_an_object() -> None:
    assert extra_body_of('{"top_k": 20, "a": {"b": null}}') == {"top_k": 20, "a": {"b": None}}
    assert extra_body_of("") is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{top_k: 20}", "not JSON"),
        ("[1]", "not a JSON object; write for example"),
        ('{"model": "x"}', "model is decided by --model"),
        ('{"messages": []}', "messages is decided by the workload"),
        ('{"stream": false}', "stream is decided by the workload"),
    ],
)
def test_other_extra_fields_are_refused(text: str, why: str) -> None:
    with pytest.raises(SettingError, match=f"^--extra-body: {why}") as refused:
        extra_body_of(text)
    assert "\n" not in str(refused.value)


def test_a_file_without_authorities_is_refused_by_the_name_of_its_flag(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for name, why in (("ca.pem", "holds no PEM certificates"), ("none.pem", "cannot be read")):
        with pytest.raises(SettingError, match=f"^--ca-file: .*{name} {why}"):
            trust_of(settings(ca_file=str(tmp_path / name)))
    assert trust_of(settings()).verify_mode


def test_a_command_line_is_kept_without_what_headers_hold() -> None:
    endpoint = endpoint_of(settings(headers=(("x-api-key", "hidden-1"),)), KEY)
    words = [
        "run",
        "--header",
        "x-api-key: hidden-1",
        "--header=X-A: hidden-2",
        "--header",
        "hidden-3",
        "hidden-1",
        "-n",
    ]
    assert shown([*words, KEY["OPENAI_API_KEY"]], endpoint) == [
        *("run", "--header", "x-api-key: [redacted]", "--header=X-A: [redacted]", "--header", "[redacted]"),
        *("[redacted]", "-n", "[redacted]"),
    ]


def test_settings_keep_the_names_of_headers_only() -> None:
    given = settings(headers=(("X-A", "hidden"),))
    assert given.to_dict()["headers"] == ["X-A"]
    assert "hidden" not in repr(given)
