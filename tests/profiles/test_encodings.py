import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.encodings import count_tokens, encoding

OFFLINE = """
import socket

class NoNetwork(socket.socket):
    def __init__(self, *args, **kwargs):
        raise OSError("this process has no network")

socket.socket = NoNetwork
def refuse(*args, **kwargs):
    raise OSError("this process has no network")
socket.create_connection = socket.getaddrinfo = refuse

from profiles.encodings import count_tokens
print(count_tokens("hello world", "o200k_base"), count_tokens("hello world", "cl100k_base"))
"""


def first_start(**env: str) -> str:
    """The output of a first start without a network, in an environment of `env` alone."""
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE], env={"PATH": os.defpath, **env}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("name", "text", "tokens"),
    [
        ("o200k_base", "hello world", [24912, 2375]),
        ("cl100k_base", "hello world", [15339, 1917]),
        ("o200k_base", "antidisestablishmentarianism", [493, 129901, 376, 160388, 21203, 2367]),
    ],
)
def test_tokens_are_the_real_ones(name: str, text: str, tokens: list[int]) -> None:
    assert encoding(name).encode_ordinary(text) == tokens
    assert count_tokens(text, name) == len(tokens)


def test_the_text_of_a_special_token_is_ordinary_text() -> None:
    assert count_tokens("<|endoftext|>", "o200k_base") > 1


@given(st.text(max_size=200), st.sampled_from(["o200k_base", "cl100k_base"]))
def test_tokens_join_to_the_text_they_were_made_of(text: str, name: str) -> None:
    tokenizer = encoding(name)
    assert tokenizer.decode(tokenizer.encode_ordinary(text)) == text


def test_an_encoding_is_loaded_once() -> None:
    assert encoding("o200k_base") is encoding("o200k_base")


def test_the_first_start_needs_no_network_and_fills_the_users_cache(tmp_path: Path) -> None:
    assert first_start(XDG_CACHE_HOME=str(tmp_path)) == "2 2\n"
    assert len(list((tmp_path / "dummyload" / "tiktoken").iterdir())) == 2


def test_a_cache_folder_that_the_user_named_is_used(tmp_path: Path) -> None:
    folder = tmp_path / "not there yet"
    assert first_start(TIKTOKEN_CACHE_DIR=str(folder), HOME=str(tmp_path)) == "2 2\n"
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert len(list(folder.iterdir())) == 2


def test_an_empty_cache_variable_counts_as_none(tmp_path: Path) -> None:
    assert first_start(TIKTOKEN_CACHE_DIR="", XDG_CACHE_HOME=str(tmp_path)) == "2 2\n"
    assert (tmp_path / "dummyload").is_dir()


def test_where_no_cache_can_be_written_a_temporary_folder_serves(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    assert first_start(XDG_CACHE_HOME=str(blocked), TMPDIR=str(elsewhere)) == "2 2\n"
    assert [path.name.startswith("dummyload-tiktoken-") for path in elsewhere.iterdir()] == [True]
