"""Where the key comes from."""

from pathlib import Path

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


def test_a_file_may_hold_it_as_secrets_of_containers_do(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("sk-file\n")
    assert api_key(THERE, {"OPENAI_API_KEY_FILE": str(secret)}) == "sk-file"
    assert api_key(THERE, {"OPENAI_API_KEY_FILE": str(secret), "OPENAI_API_KEY": " "}) == "sk-file"
    assert api_key(THERE, {"OPENAI_API_KEY_FILE": str(secret), "OPENAI_API_KEY": "sk-variable"}) == "sk-variable"


def test_an_empty_file_is_no_key(tmp_path: Path) -> None:
    empty = tmp_path / "secret"
    empty.touch()
    assert api_key(HERE, {"OPENAI_API_KEY_FILE": str(empty)}) == DUMMY
    with pytest.raises(SettingError, match=r"^OPENAI_API_KEY_FILE: names an empty file, but .* write your key into"):
        api_key(THERE, {"OPENAI_API_KEY_FILE": str(empty)})


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"^OPENAI_API_KEY_FILE: .*/nowhere cannot be read: No such file"):
        api_key(HERE, {"OPENAI_API_KEY_FILE": str(tmp_path / "nowhere")})
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="it is not text"):
        api_key(HERE, {"OPENAI_API_KEY_FILE": str(binary)})


def test_what_a_file_holds_is_not_shown_either(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("sk-a sk-b")
    with pytest.raises(SettingError, match=r"^OPENAI_API_KEY_FILE: holds white space") as refused:
        api_key(THERE, {"OPENAI_API_KEY_FILE": str(secret)})
    assert "sk-a" not in str(refused.value)
