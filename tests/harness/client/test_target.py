import pytest

from harness.client.target import Target


@pytest.mark.parametrize(
    ("url", "target", "authority"),
    [
        ("http://127.0.0.1:8000", Target("http", "127.0.0.1", 8000), "127.0.0.1:8000"),
        ("https://api.openai.com", Target("https", "api.openai.com", 443), "api.openai.com"),
        ("https://API.openai.com/v1/", Target("https", "api.openai.com", 443), "api.openai.com"),
        ("http://gateway/llm/v1", Target("http", "gateway", 80, "/llm"), "gateway"),
        ("http://gateway:80/llm/", Target("http", "gateway", 80, "/llm"), "gateway"),
        ("http://[::1]:9", Target("http", "::1", 9), "[::1]:9"),
    ],
)
def test_a_url_is_taken_apart(url: str, target: Target, authority: str) -> None:
    assert Target.parse(url) == target
    assert target.authority == authority


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("localhost:8000", "write http://HOST:PORT"),
        ("ftp://host", "write http://HOST:PORT"),
        ("http://", "write http://HOST:PORT"),
        ("http://host:eighty", "is not a URL"),
        ("http://host/?key=1", "nothing may follow the path"),
        ("http://host/a b", "percent-encoding"),
        ("http://host/\u00fc", "percent-encoding"),
    ],
)
def test_what_is_no_target_is_refused_in_one_line(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        Target.parse(url)
    assert "\n" not in str(refused.value)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="OPENAI_API_KEY") as refused:
        Target.parse("http://user:hunter2@host")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost", "mock.localhost"])
def test_this_machine_is_loopback(host: str) -> None:
    assert Target.parse(f"http://{host}:1").is_loopback


@pytest.mark.parametrize("host", ["10.0.0.1", "0.0.0.0", "api.openai.com", "localhost.example"])
def test_any_other_machine_is_not(host: str) -> None:
    assert not Target.parse(f"http://{host}:1").is_loopback


def test_a_target_is_written_as_the_url_that_it_came_from() -> None:
    assert str(Target.parse("http://gateway:8080/llm")) == "http://gateway:8080/llm"
