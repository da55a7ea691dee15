import importlib
import os
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.encodings import NAMES, count_tokens, encoding, shipped_ranks, token_lengths

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


def test_a_first_start_needs_no_network_and_leaves_no_file(tmp_path: Path) -> None:
    folders = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "TIKTOKEN_CACHE_DIR")}
    assert first_start(**folders) == "2 2\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_tokenizer_is_what_tiktoken_says_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = {}

    def load(address: str, expected_hash: str) -> dict[bytes, int]:
        hashes[address.rpartition("/")[2]] = expected_hash
        return {}

    openai_public = importlib.import_module("tiktoken_ext.openai_public")
    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", load)
    stated = getattr(openai_public, name)()
    ours = encoding(name)
    assert (ours._pat_str, ours._special_tokens) == (stated["pat_str"], stated["special_tokens"])
    lines = b"".join(b"%b %d\n" % (b64encode(token), rank) for token, rank in shipped_ranks(name).items())
    assert hashes == {f"{name}.tiktoken": sha256(lines).hexdigest()}


@pytest.mark.parametrize("name", NAMES)
def test_the_length_of_a_token_is_that_of_its_bytes(name: str) -> None:
    tokens = encoding(name).encode_ordinary("What is Zoë's 🫨 doing?\n\n")
    lengths = [token_lengths(name)[token] for token in tokens]
    assert lengths == [len(piece) for piece in encoding(name).decode_tokens_bytes(tokens)]
