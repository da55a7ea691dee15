"""Where the key comes from."""

import pytest

from harness.client.target import Target
from harness.run.key import DUMMY, api_key
from harness.run.settings import SettingError

HERE = Target.parse("http://127.0.0.1:8000")
THERE = Target.parse("https://api.example.com")


def test_the_key_comes_from_the_environment() -> None:
    assert api_key(THERE, {"OPENAI_API_KEY": "sk-abc\n"}) == "sk-abc"
    assert api_key(HERE, {"OPENAI_API_KEY": "sk-abc"}) == "sk-abc"


@pytest.mark.parametrize("environ", [{}, {"OPENAI_API_KEY": ""}, {"OPENAI_API_KEY": "  "}])
def test_a_server_on_this_machine_needs_none(environ: dict[str, str]) -> None:
    assert api_key(HERE, environ) == DUMMY


def test_any_other_does() -> None:
    with pytest.raises(
        SettingError, match=r"^OPENAI_API_KEY: not set, but https://api.example.com is not this machine"
    ):
        api_key(THERE, {})


@pytest.mark.parametrize("key", ["sk-a b", "sk-a\nsk-b", "sk-ä", "sk-\x00"])
def test_what_cannot_be_a_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingError) as refused:
        api_key(THERE, {"OPENAI_API_KEY": key})
    assert key not in str(refused.value)
